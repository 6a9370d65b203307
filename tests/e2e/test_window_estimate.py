"""The estimate that a dialog gives, against what the engine then needs."""

from __future__ import annotations

import time
from pathlib import Path

from support.real_window import WAIT, drop, run_to_the_end, surface_of

from landscape_gui.engine.events import FileReady, PointMeasured
from landscape_gui.specs import ExamplesSpec, LatticeSpec

# Of a tiny model, most of a point is not multiplication: what an estimate can promise is the order.
FACTOR = 12.0


def resident_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return 1024 * int(line.split()[1])
    raise AssertionError("no VmHWM")


def test_an_estimate_is_of_the_right_order(window, watch, qtbot, runs, tmp_path):
    run_to_the_end(window, qtbot, surface_of(runs.first, 5), tmp_path / "a.landscape.h5")
    dialog = drop(window, runs.first.path)
    qtbot.waitUntil(dialog.start.isEnabled, timeout=WAIT)
    assert "measured last on this device" in dialog.basis.text()
    dialog.points.setValue(15)
    dialog.train.number.setValue(24)
    dialog.dev.number.setValue(24)
    spec = dialog.spec()
    from landscape_gui.ui.job_estimate import estimate

    told = estimate(spec, dialog._description, window.settings.speeds)
    assert told.text in dialog.problem.text()
    dialog.reject()
    assert spec.lattice == LatticeSpec(alpha_points=15, beta_points=15)
    assert spec.examples == ExamplesSpec(train=24, dev=24)
    watch.events.clear()
    began: list[float] = []

    def note(events) -> None:
        if any(isinstance(event, FileReady) for event in events):
            began.append(time.monotonic())

    window.jobs.events.connect(note)
    run_to_the_end(window, qtbot, spec, tmp_path / "b.landscape.h5")
    took = time.monotonic() - began[0]
    window.jobs.events.disconnect(note)
    assert told.points == len(watch.of(PointMeasured)) == 225
    assert told.seconds is not None
    assert took / FACTOR < told.seconds < took * FACTOR
    assert told.bytes is not None
    held = resident_bytes(window.engine.pid)
    assert held / 4 < told.bytes < held * 4
