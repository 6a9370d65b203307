"""A window in a process of its own, as a user has it: a job, and the end of it all."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from support.real_window import surface_of

from landscape_gui.specs import (
    METRICS,
)
from landscape_gui.store.landscape_file import read_landscape

PROGRAM = """
import json, multiprocessing, os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from landscape_gui.engine.events import PointMeasured
from landscape_gui.specs import parse_job
from landscape_gui.ui.application import Window, make_application

short, long, short_out, long_out = sys.argv[1:]
app = make_application()
window = Window(app)
window.main.resize(1300, 850)
window.main.show()
points = {}

def note(events):
    for event in events:
        if isinstance(event, PointMeasured):
            place = [event.j, event.i, event.order, event.measurement.values["dev_loss"]]
            points.setdefault(str(event.target.file), []).append(place)

window.jobs.events.connect(note)

def wait_until(condition):
    for _ in range(12_000):
        if condition():
            return
        QTest.qWait(10)
    raise SystemExit("nothing came: " + repr([j.messages for j in window.jobs.jobs]))

job = window.jobs.start(parse_job(short), Path(short_out))
wait_until(lambda: not job.active and not window.session.loading)
plot = window.session.plot
report = {
    "status": job.status,
    "title": window.main.windowTitle(),
    "complete": plot.complete,
    "alpha": plot.alpha.tolist(),
    "values": {name: value.tolist() for name, value in plot.values.items()},
    "anchors": {name: dict(anchor.values) for name, anchor in plot.anchors.items()},
    "checkpoints": {name: value.tolist() for name, value in plot.checkpoint_values.items()},
}
window.jobs.start(parse_job(long), Path(long_out))
wait_until(lambda: len(points.get(long_out, [])) >= 30)
report["asked"] = []

def press(text):
    def look():
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QMessageBox) and widget.isVisible():
                report["asked"].append(widget.text() + widget.informativeText())
                next(b for b in widget.buttons() if b.text() == text).click()
                return
        QTimer.singleShot(20, look)
    QTimer.singleShot(20, look)

press("Keep running")
report["closed when kept"] = window.main.close()
seen = len(points[long_out])
wait_until(lambda: len(points[long_out]) > seen)
pid = window.engine.pid
press("Stop and close")
report["closed when stopped"] = window.main.close()
report["points"] = points
report["thread runs"] = window.engine.isRunning()
report["children"] = len(multiprocessing.active_children())
try:
    os.kill(pid, 0)
except ProcessLookupError:
    report["engine lives"] = False
else:
    report["engine lives"] = True
report["imported"] = sorted({"torch", "transformers", "datasets"} & set(sys.modules))
print(json.dumps(report))
"""


@pytest.fixture(scope="module")
def visit(runs, tmp_path_factory):
    """A job to its end and the window closed during a second one; what was seen, and the files."""
    folder = tmp_path_factory.mktemp("visit")
    short, long = folder / "short.landscape.h5", folder / "long.landscape.h5"
    specs = (surface_of(runs.first, 5), surface_of(runs.first, 65))
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, *(s.model_dump_json() for s in specs), short, long],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return json.loads(result.stdout.splitlines()[-1]), short, long


def test_a_job_arrives_whole_and_the_window_stays_free_of_torch(visit):
    seen, file, _ = visit
    record = read_landscape(file)
    (surface,) = record.surfaces.values()
    assert (seen["status"], surface.status, seen["complete"]) == ("complete", "complete", True)
    assert len(seen["points"][str(file)]) == 25
    assert seen["title"].startswith(record.run.name)
    np.testing.assert_array_equal(seen["alpha"], surface.alpha)
    assert set(seen["values"]) == set(METRICS)
    for metric in METRICS:
        np.testing.assert_array_equal(seen["values"][metric], surface.values[metric])
        np.testing.assert_array_equal(
            seen["checkpoints"][metric], surface.checkpoint_values[metric]
        )
    assert seen["anchors"] == {anchor.name: anchor.values for anchor in surface.anchors}
    assert set(seen["anchors"]) == {"start", "end"}
    assert seen["imported"] == []


def test_closing_asks_stops_the_engine_and_keeps_every_point(visit):
    seen, _, file = visit
    assert seen["closed when kept"] is False
    assert seen["closed when stopped"] is True
    assert len(seen["asked"]) == 2
    assert all("still running" in words and str(file) in words for words in seen["asked"])
    assert (seen["thread runs"], seen["children"], seen["engine lives"]) == (False, 0, False)
    record = read_landscape(file)
    assert record.problems == ()
    (surface,) = record.surfaces.values()
    assert surface.status == "incomplete"
    for j, i, order, value in seen["points"][str(file)]:
        assert surface.order[j, i] == order
        assert surface.values["dev_loss"][j, i] == value
