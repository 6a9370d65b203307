from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from landscape_gui.engine.events import Done, Failed, PointMeasured, Stage
from landscape_gui.engine.host import EngineDiedError, EngineProcess, exit_words
from landscape_gui.engine.protocol import Described, Message
from landscape_gui.specs import RandomAxis, SurfaceSpec

SUPPORT = Path(__file__).resolve().parents[1] / "support"
SPEC = SurfaceSpec(run=Path("run"), axis2=RandomAxis())
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def _support(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SUPPORT))


@pytest.fixture
def engines() -> Iterator[list[EngineProcess]]:
    made: list[EngineProcess] = []
    yield made
    for engine in made:
        engine.stop(0.2, 0.5)


def make(engines: list[EngineProcess], job: str) -> EngineProcess:
    engine = EngineProcess(job=f"fake_jobs:{job}", describe="fake_jobs:describe")
    engines.append(engine)
    return engine


def collect(engine: EngineProcess, until: type | tuple[type, ...], count: int = 1) -> list[Message]:
    messages: list[Message] = []
    deadline = time.monotonic() + PATIENCE
    while sum(isinstance(m, until) for m in messages) < count:
        assert time.monotonic() < deadline, f"no {until} in {messages[-3:]}"
        messages += engine.recv(0.2)
    return messages


def gone(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
    return status.rsplit(")", 1)[1].split()[0] == "Z"


def test_burst_arrives_whole_in_order_and_in_few_batches(engines):
    engine = make(engines, "burst")
    engine.start(SPEC, Path("out.landscape.h5"))
    orders: list[int] = []
    batches = 0
    ended = False
    while not ended:
        batch = engine.recv(PATIENCE)
        batches += 1
        orders += [m.order for m in batch if isinstance(m, PointMeasured)]
        ended = any(isinstance(m, Done) for m in batch)
    assert orders == list(range(20_000))
    assert batches < 400
    assert not engine.busy
    assert "20,000 of 20,000 points" in engine.kept()


def test_child_leaves_a_core_and_has_no_torch_before_the_job_imports_it(engines):
    engine = make(engines, "environment")
    before = os.nice(0)
    engine.start(SPEC, None)
    texts = [m.text for m in collect(engine, Done) if isinstance(m, Stage)]
    threads, policy = texts[0].split()
    cores = len(os.sched_getaffinity(0))
    assert int(threads) == int(os.environ.get("OMP_NUM_THREADS", max(1, cores - 1)))
    assert policy == "PASSIVE"
    assert int(texts[1].split()[1]) > min(before, 18)
    assert texts[2:] == ["torch False", "sigint True"]


def test_cancel_closes_the_generator_and_the_next_job_runs(engines, tmp_path):
    engine = make(engines, "steady")
    out = tmp_path / "a.landscape.h5"
    engine.start(SPEC, out)
    collect(engine, PointMeasured, 3)
    engine.cancel()
    messages = collect(engine, Done)
    assert messages[-1] == Done("cancelled", out)
    assert out.with_suffix(".closed").exists()
    engine.start(SPEC, out)
    collect(engine, PointMeasured, 1)


def test_pause_stops_points_until_resume(engines):
    engine = make(engines, "steady")
    engine.start(SPEC, None)
    collect(engine, PointMeasured, 3)
    engine.pause()
    while engine.recv(0.5):
        pass
    assert engine.recv(0.3) == []
    engine.resume()
    collect(engine, PointMeasured, 3)


def test_paused_job_can_be_cancelled(engines):
    engine = make(engines, "steady")
    engine.start(SPEC, None)
    collect(engine, PointMeasured, 1)
    engine.pause()
    engine.cancel()
    assert collect(engine, Done)[-1].status == "cancelled"


def test_second_start_while_running_is_refused(engines):
    engine = make(engines, "steady")
    engine.start(SPEC, None)
    with pytest.raises(RuntimeError):
        engine.start(SPEC, None)


def test_user_error_has_no_traceback_and_a_bug_has_one(engines):
    engine = make(engines, "user_error")
    engine.start(SPEC, None)
    failed = collect(engine, Failed)[-1]
    assert failed == Failed("The run holds no start point.", "Name the base model.")
    other = make(engines, "bug")
    other.start(SPEC, None)
    failed = collect(other, Failed)[-1]
    assert "ZeroDivisionError: division by zero" in failed.message
    assert "fake_jobs.py" in failed.detail
    assert other.alive


def test_killed_child_is_told_with_its_signal_and_starts_again(engines):
    engine = make(engines, "suicide")
    engine.start(SPEC, Path("kept.landscape.h5"))
    with pytest.raises(EngineDiedError, match="signal 9, SIGKILL") as died:
        collect(engine, Done)
    assert died.value.exit_code == -signal.SIGKILL
    assert not engine.alive
    assert not engine.busy
    assert "10 of 100 points) is in kept.landscape.h5" in engine.kept()
    engine.start(SPEC, None)
    collect(engine, PointMeasured, 1)


def test_stop_says_what_is_kept_and_ends_the_child(engines, tmp_path):
    engine = make(engines, "steady")
    out = tmp_path / "a.landscape.h5"
    engine.start(SPEC, out)
    collect(engine, PointMeasured, 3)
    pid = engine.pid
    assert pid is not None
    stopped = engine.stop(PATIENCE)
    assert stopped.how == "asked"
    assert str(out) in stopped.kept
    assert gone(pid)
    assert out.with_suffix(".closed").exists()
    assert engine.stop().kept == stopped.kept


def test_an_idle_child_gives_back_what_it_kept_and_goes_on(engines):
    engine = make(engines, "kept")
    said: list[str] = []
    deadline = time.monotonic() + PATIENCE
    while "gone" not in said:  # the first says nothing of what was before it
        assert time.monotonic() < deadline, said
        engine.start(SPEC, None)
        said += [m.text for m in collect(engine, Done) if isinstance(m, Stage)]
        time.sleep(0.3)


def test_an_idle_child_ends_when_asked(engines):
    engine = make(engines, "environment")
    engine.start(SPEC, None)
    collect(engine, Done)
    assert engine.stop(PATIENCE).how == "asked"


def test_a_hanging_job_is_made_to_end(engines):
    engine = make(engines, "hang")
    engine.start(SPEC, None)
    collect(engine, Stage)
    pid = engine.pid
    assert pid is not None
    assert engine.stop(0.3).how in ("terminated", "killed")
    assert gone(pid)


def test_describe_answers_while_a_job_runs(engines):
    engine = make(engines, "steady")
    engine.start(SPEC, None)
    collect(engine, PointMeasured, 1)
    request = engine.describe_run(Path("some-run"))
    missing = engine.describe_run(Path("missing-run"))
    answers = {
        m.request: m.answer for m in collect(engine, Described, 2) if isinstance(m, Described)
    }
    assert answers[request].name == "some-run"
    assert answers[missing] == Failed(
        "missing-run is not a training run.", "Choose a directory with checkpoints."
    )


def test_child_ends_when_its_parent_is_killed(tmp_path):
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from landscape_gui.engine.host import EngineProcess
        from landscape_gui.specs import RandomAxis, SurfaceSpec

        if __name__ == "__main__":
            engine = EngineProcess(job="fake_jobs:steady")
            engine.start(SurfaceSpec(run=Path("run"), axis2=RandomAxis()), Path(sys.argv[1]))
            for _ in range(3):
                while not engine.recv(1.0):
                    pass
            print(engine.pid, flush=True)
            while True:
                engine.recv(1.0)
        """
    )
    script = tmp_path / "embedding.py"
    script.write_text(program)
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PYTHONPATH": f"{SUPPORT}{os.pathsep}{root}"}
    parent = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "x.landscape.h5")],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert not gone(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + PATIENCE
    while not gone(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert (tmp_path / "x.landscape.closed").exists()


def test_the_parent_needs_no_torch():
    code = "import landscape_gui.engine.host, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("code", "words"),
    [(-11, "SIGSEGV"), (-9, "out of memory"), (3, "exit code 3"), (None, "unknown"), (-250, "250")],
)
def test_exit_words(code, words):
    assert words in exit_words(code)
