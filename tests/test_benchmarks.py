"""The benchmarks run and print what they promise; how fast anything is, is not tested."""

from __future__ import annotations

import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
RESPONSIVENESS = BENCHMARKS / "responsiveness.py"
NUMBERS = {
    "idle": {"p99_ms", "max_ms"},
    "busy": {"p99_ms", "max_ms", "points_per_s"},
}


def run(program: Path, *arguments: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run a benchmark as a user would, from a directory that is not the checkout."""
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        capture_output=True,
        text=True,
        cwd=directory,
        timeout=900,
    )


@pytest.mark.parametrize("program", sorted(BENCHMARKS.glob("*.py")), ids=lambda path: path.stem)
def test_help_says_how_to_use_it(program: Path, tmp_path: Path):
    result = run(program, "--help", directory=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "--json" in result.stdout
    assert program.name in (BENCHMARKS / "README.md").read_text(encoding="utf-8")


def test_wrong_durations_and_lattices_are_refused(tmp_path: Path):
    for option, value in (("--seconds", "0"), ("--seconds", "nan"), ("--points", "4")):
        result = run(RESPONSIVENESS, option, value, directory=tmp_path)
        assert result.returncode == 2
        assert option in result.stderr


@pytest.mark.gl
def test_responsiveness_prints_the_promised_line(tmp_path: Path):
    result = run(RESPONSIVENESS, "--quick", "--json", directory=tmp_path)
    assert result.returncode == 0, result.stderr
    (line,) = result.stdout.splitlines()
    report = json.loads(line)["responsiveness"]
    assert set(report) == {*NUMBERS, "start_max_ms", "first_paint_s"}
    numbers = [report["start_max_ms"], report["first_paint_s"]]
    for part, names in NUMBERS.items():
        assert set(report[part]) == names
        numbers += report[part].values()
    assert all(math.isfinite(number) for number in numbers)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc: memory is not read")
def test_memory_prints_the_promised_line(tmp_path: Path):
    result = run(BENCHMARKS / "memory.py", "--size", "small", "--json", directory=tmp_path)
    assert result.returncode == 0, result.stderr
    (line,) = result.stdout.splitlines()
    report = json.loads(line)["memory"]
    layers = 2 * (12 * 128**2 + 13 * 128)
    embeddings = (2000 + 512 + 2 + 2) * 128
    head = 128**2 + 128 + 2 * 128 + 2
    assert report["parameters_bytes"] == 4 * (layers + embeddings + head)
    assert report["peak_rss_bytes"] > report["program_bytes"] > 0
    # Those of so small a model may fit into what the trials of batch sizes have left.
    assert report["activations_bytes"] >= 0
    left = report["peak_rss_bytes"] - report["program_bytes"] - report["activations_bytes"]
    assert report["ratio"] == pytest.approx(left / report["parameters_bytes"], abs=1e-3)
    assert not list(tmp_path.iterdir())


def test_device_peak_works_on_the_cpu(tmp_path: Path):
    program = BENCHMARKS / "device_peak.py"
    result = run(program, "--device", "cpu", "--quick", "--json", directory=tmp_path)
    assert result.returncode == 0, result.stderr
    (line,) = result.stdout.splitlines()
    report = json.loads(line)["device_peak"]
    assert report["device"] == "cpu"
    done = report["points_per_s"] * report["tflop_per_point"]
    assert report["share"] == pytest.approx(done / report["peak_tflops"], rel=0.05)
    assert report["share"] > 0


def test_device_peak_without_a_gpu_says_so(tmp_path: Path):
    program = BENCHMARKS / "device_peak.py"
    result = run(program, "--device", "cuda:99", directory=tmp_path)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1]) == {"device_peak": None}
    assert "no GPU" in result.stdout


def test_side_by_side_prints_the_promised_line(tmp_path: Path):
    few = ("--json", "--examples", "12", "--rounds", "1", "--threads", "2")
    result = run(BENCHMARKS / "side_by_side.py", *few, directory=tmp_path)
    assert result.returncode == 0, result.stderr
    (line,) = result.stdout.splitlines()
    report = json.loads(line)["side_by_side"]
    assert report.pop("threads") == 2
    assert set(report) == {"float32", "bfloat16"}
    for of in report.values():
        assert of["ratio"] == pytest.approx(of["parted_s"] / of["side_by_side_s"], rel=0.01)


def test_group_cost_prints_the_promised_line(tmp_path: Path):
    few = ("--json", "--examples", "2", "--rounds", "1")
    result = run(BENCHMARKS / "group_cost.py", *few, directory=tmp_path)
    assert result.returncode == 0, result.stderr
    (line,) = result.stdout.splitlines()
    report = json.loads(line)["group_cost"]
    assert set(report) == {"low", "middle", "high", "pooler"}
    assert all(0 < share < math.inf for share in report.values())
    assert not list(tmp_path.iterdir())


# peers.py

PEERS = BENCHMARKS / "peers.py"
# Stand-ins for two packages: one measures what it should, the other forgets to move the weights.
_RIGHT = """
import numpy as np
import torch

def create_3D_losscape(model, loader, directions, num_batches, x_min, x_max, y_min, y_max,
                       num_points, **rest):
    x, y = np.linspace(x_min, x_max, num_points), np.linspace(y_min, y_max, num_points)
    origin = [p.detach().clone() for p in model.parameters()]
    losses = np.empty((num_points, num_points))
    for j in range(num_points):
        for i in range(num_points):
            with torch.no_grad():
                for p, o, a, b in zip(model.parameters(), origin, *directions):
                    p.copy_(o + x[i] * a + y[j] * b)
                found = [torch.nn.functional.cross_entropy(model(q), r) for q, r in loader]
            losses[j, i] = sum(found) / len(found)
    return *np.meshgrid(x, y), losses
"""
_FLAT = """
import numpy as np
import torch

class Model:
    def __init__(self, module, loss_fn):
        print("talkative")
        self.module, self.loss_fn = module, loss_fn

class Slice:
    pass

@torch.no_grad()
def plane_slice_2d(model, batch, span, steps, directions):
    found = Slice()
    found.alphas = found.betas = np.linspace(-span, span, steps)
    values = [model.loss_fn(model.module, batch).item() for _ in range(steps * steps)]
    found.losses = np.reshape(values, (steps, steps))
    return found
"""


@pytest.fixture
def stand_ins(tmp_path: Path) -> Path:
    place = tmp_path / "packages"
    (place / "losscape").mkdir(parents=True)
    (place / "losscape" / "__init__.py").write_text("")
    (place / "losscape" / "create_landscape.py").write_text(_RIGHT)
    (place / "nngeom").mkdir()
    (place / "nngeom" / "__init__.py").write_text(_FLAT)
    return place


def test_peers_prints_the_promised_line_and_finds_a_flat_surface(runs, stand_ins, tmp_path):
    arguments = ("--run", runs.first.path, "--other", runs.second.path, "--peers-path", stand_ins)
    result = run(PEERS, "--quick", "--json", *map(str, arguments), directory=tmp_path)
    assert result.returncode == 0, result.stderr + result.stdout
    (line,) = result.stdout.splitlines()
    printed = json.loads(line)
    report = printed["peers"]
    exact, tolerant = report["ours_exact"], report["ours_1_percent"]
    assert exact["points"] == 25
    assert exact["correct"]
    assert not exact["extrapolated"]
    assert 0 <= tolerant["error_p95"] <= tolerant["error_max"]
    assert tolerant["points"] + tolerant["sampled"] > 0
    right, flat = report["losscape"], report["nngeom"]
    assert right["correct"]
    assert right["extrapolated"]
    assert right["points"] == flat["points"] == 9
    assert right["difference"] < 1e-4
    assert not flat["correct"]
    assert "every value is the same" in flat["why"]
    assert all(entry["seconds"] > 0 for entry in (exact, tolerant, right, flat))
    assert "not installed" in report["gradfield"]["skipped"]
    assert printed["speedup"]["best_correct"]["padded"]["package"] == "losscape"


def test_peers_refuses_what_is_not_there(tmp_path: Path):
    for option, value in (("--run", "nowhere"), ("--points", "8"), ("--examples", "3")):
        result = run(PEERS, option, value, directory=tmp_path)
        assert result.returncode == 2
        assert value in result.stderr


def test_peers_makes_runs_with_the_lengths_of_mrpc(tmp_path: Path):
    """In a process of its own: ``support`` is another package here."""
    program = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
import numpy as np
from support.peer_run import MOVE, MRPC_LENGTHS, make_runs
from landscape_gui.runs.checkpoints import check_same_start, moving_names, open_run
from landscape_gui.runs.checkpoints import load_model, read_parameters
from landscape_gui.runs.tasks import evaluation_examples

shape = {"vocab_size": 30522, "hidden_size": 8, "num_hidden_layers": 1,
         "num_attention_heads": 1, "intermediate_size": 8, "num_labels": 2}
made = make_runs(Path(sys.argv[1]), 40, shape=shape)
run, other = map(open_run, made)
names = moving_names(run, load_model(run))
check_same_start(run, other, names)
start, end, second = read_parameters(run, 0, names), read_parameters(run, 1, names), \
    read_parameters(other, 1, names)
word = next(name for name in names if "query.weight" in name)
moved = float((end[word] - start[word]).norm() / start[word].norm())
assert abs(moved - MOVE) < 1e-4, moved
assert not np.allclose(end[word], second[word])
lengths = [len(row) for row in evaluation_examples(run, run.task, "train", None, 0).input_ids]
assert abs(np.mean(lengths) - 53.2) < 1.5, np.mean(lengths)
assert MRPC_LENGTHS[0] <= min(lengths) <= max(lengths) <= MRPC_LENGTHS[-1]
"""
    result = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), str(BENCHMARKS), str(BENCHMARKS.parent)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr


# -- time_to_surface.py


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tolerance", "3"], "share of the range"),
        (["--points", "2"], "at least 5"),
        (["--seeds", "1"], "at least 2"),
        (["--other", "."], "--other needs --run"),
        (["--run", "nowhere"], "nowhere is not a directory"),
    ],
)
def test_time_to_surface_refuses_what_makes_no_sense(arguments, words, tmp_path: Path):
    result = run(BENCHMARKS / "time_to_surface.py", *arguments, directory=tmp_path)
    assert result.returncode == 2
    assert words in result.stderr


@pytest.fixture
def reference_surface(monkeypatch):
    """The benchmarks' module; their package has the name of the tests' own."""
    name = "benchmark_reference_surface"
    spec = importlib.util.spec_from_file_location(
        name, BENCHMARKS / "support" / "reference_surface.py"
    )
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


def test_what_is_luck_counts_seeds(reference_surface):
    def outcome(cost: float, true: float, stated: float):
        return reference_surface.Outcome(cost, true, 0.1, stated, 1, 1, {})

    outcomes = [outcome(0.1, 0.009, 0.0095), outcome(0.13, 0.006, 0.01), outcome(0.09, 0.011, 0.01)]
    found = reference_surface.luck(outcomes, tolerance=0.01, goal=0.12)
    assert (found.seeds, found.cost, found.error_p95) == (3, 0.1, 0.009)
    assert found.covered == found.reached == pytest.approx(2 / 3)
    assert found.met == pytest.approx(1 / 3)


def test_stored_surfaces_are_whole_and_schedules_are_judged_by_the_truth(reference_surface):
    loaded = [reference_surface.load(name) for name in reference_surface.names()]
    assert any(not reference.tuned_on for reference in loaded)
    for reference in loaded:
        assert reference.margins.shape == (41, 41, len(reference.tokens))
        assert np.isfinite(reference.margins).all()
        assert (reference.tokens > 2).all()

    # A corner of one, so that it takes a second.
    whole = loaded[0]
    part = reference_surface.Reference(
        "part", whole.margins[::2, ::2, :48], whole.tokens[:48], True, ""
    )
    truth = part.losses.astype(np.float64).mean(axis=2)
    np.testing.assert_allclose(
        truth, np.log1p(np.exp(-part.margins.astype(float))).mean(axis=2), 1e-6
    )
    outcomes = {
        sampling: reference_surface.replay(part, 0.03, sampling) for sampling in (False, True)
    }
    for sampling, outcome in outcomes.items():
        assert 0 < outcome.cost < 1
        assert 0 < outcome.error_p95 < outcome.error_max
        assert (outcome.some > 0) == sampling
        assert outcome.cost == pytest.approx(outcome.whole / truth.size) or sampling
    assert outcomes[True].cost < (outcomes[True].whole + outcomes[True].some) / truth.size
