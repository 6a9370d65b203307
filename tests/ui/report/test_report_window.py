"""The report in the window: made by another process of real files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from support.landscapes import (
    GROUPS,
    child_environment,
    curve_spec,
    errors_of,
    make_run,
    metrics_at,
    open_curve,
    open_surface,
    surface_spec,
)

from landscape_gui.geometry.lattice import axis_points
from landscape_gui.specs import RollbackSpec
from landscape_gui.store.landscape_file import LandscapeWriter
from landscape_gui.ui.job_control import Job
from landscape_gui.ui.report import making

WAIT = 120_000
POINTS = 5


def write_file(path: Path, name: str = "mrpc-run", points: int = POINTS) -> Path:
    axis = axis_points(-4, 4, points)
    with LandscapeWriter.open(path, make_run(name, salt=name[0]), GROUPS) as writer:
        surface = open_surface(writer, surface_spec(points))
        for j in range(points):
            for i in range(points):
                values = metrics_at(axis[i], axis[j])
                surface.write_point(j, i, values, errors_of(values))
        for anchor, alpha in (("start", 0), ("end", 1)):
            surface.write_anchor(anchor, alpha, 0, metrics_at(alpha), {})
        curve = open_curve(writer, curve_spec(points))
        for i in range(points):
            curve.write_point(0, i, metrics_at(axis[i]), {})
    return path


def add_rollback(path: Path) -> None:
    """Of a file whose run's name begins with an a."""
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        spec = RollbackSpec(run=Path("/runs/mrpc-run"))
        rollback = writer.rollback(spec, list(GROUPS.values()), ("dev_loss", "dev_error"))
        rollback.write(0, {"dev_error": 0.1}, {"dev_error": 0.01})


@pytest.fixture
def shown(window, tmp_path, open_file, qtbot):
    """The window with a report of two files."""
    for name in ("a", "b"):
        open_file(window, write_file(tmp_path / f"{name}.landscape.h5", f"{name}-run"))
    window.main.menus.report.emit()
    report = window.around.report.window
    qtbot.waitUntil(lambda: not report.making, timeout=WAIT)
    assert report.report is not None, report.state.text()
    return report


def row_of(report, words: str) -> int:
    rows = range(report.contents.count())
    return next(row for row in rows if words in report.contents.item(row).text())


def test_the_report_of_what_is_open(shown, window, tmp_path, monkeypatch, qtbot):
    text = shown.page.toPlainText()
    for words in ("Numbers side by side", "Width of the optimum", "Provenance", "2302.07011"):
        assert words in text
    assert "a.landscape.h5" in text
    assert str(tmp_path) not in text
    assert len(shown.report.document.pictures) >= 4
    assert "Made at" in shown.state.text()
    assert not shown.bar.isVisible()

    # Contents lead to their sections.
    bar = shown.page.verticalScrollBar()
    assert bar.value() == 0
    shown.contents.setCurrentRow(row_of(shown, "Layer groups"))
    first = bar.value()
    assert first > 0
    shown.contents.setCurrentRow(shown.contents.count() - 1)
    assert bar.value() > first

    shown.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("# Loss landscape report")
    assert "| --- | --: |" in copied
    assert "![" not in copied
    assert "Copied" in shown.state.text()

    def choose(name: str, kind: str) -> None:
        answer = (str(tmp_path / "out" / name), kind)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: answer)
        shown.save_button.click()

    (tmp_path / "out").mkdir()
    choose("r.html", "")
    assert "data:image/svg+xml" in (tmp_path / "out" / "r.html").read_text(encoding="utf-8")
    choose("numbers", "Numbers (*.json)")
    assert '"files"' in (tmp_path / "out" / "numbers.json").read_text(encoding="utf-8")
    choose("r.md", "")
    assert "r-pictures/train_loss.svg" in (tmp_path / "out" / "r.md").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "r-pictures" / "train_loss.svg").exists()
    assert "its pictures in r-pictures" in shown.state.text()
    choose("nowhere/r.html", "")
    assert "no folder" in shown.state.text()
    assert shown.state.property("role") == "warning"


def test_other_themes_and_widths(shown, window, qtbot):
    assert window.themes.theme.text in shown.page.toHtml()
    image = shown.page._sizes()["train_loss"]
    window.themes.choose("dark")
    assert window.themes.theme.text in shown.page.toHtml()
    shown.resize(560, 500)

    def laid_out() -> bool:
        width, height = shown.page._sizes()["train_loss"]
        fits = width <= shown.page.viewport().width() and (width, height) < image
        return fits and f'width="{width}"' in shown.page.toHtml()

    qtbot.waitUntil(laid_out, timeout=5000)


def test_nothing_is_fetched(shown):
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QTextDocument

    image = QTextDocument.ResourceType.ImageResource.value
    for address in ("http://localhost/x.png", "file:///etc/hostname", "picture:none"):
        assert shown.page.loadResource(image, QUrl(address)) is None
    picture = shown.page.loadResource(image, QUrl("picture:train_loss"))
    assert picture.devicePixelRatio() == shown.page.devicePixelRatioF()


def test_a_choice_of_files_and_files_that_change(shown, window, tmp_path, open_file, qtbot):
    assert shown.anew.property("role") != "primary"
    a, b = shown.files.chosen
    shown.files.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert shown.files.chosen == (a,)
    assert "Other landscapes" in shown.state.text()
    assert shown.anew.property("role") == "primary"
    shown.basin.absolute.setValue(0.35)
    shown.anew.click()
    assert shown.making
    assert shown.stop.isVisible()
    assert not shown.anew.isEnabled()
    assert shown.page.isVisible(), "what was shown stays until there is something else"
    qtbot.waitUntil(lambda: not shown.making, timeout=WAIT)
    assert "Numbers at a glance" in shown.page.toPlainText()
    assert str(b) not in shown.page.toPlainText()
    assert "ε = 0.35" in shown.page.toPlainText()
    assert "Made at" in shown.state.text()
    shown.basin.share.setValue(30)
    assert "another ε" in shown.state.text()
    shown.basin.share.setValue(10)
    assert "Made at" in shown.state.text()

    # Results come in: said without being asked, and taken up by making it anew.
    assert "No layer group was rolled back" in shown.page.toPlainText()
    add_rollback(a)
    qtbot.waitUntil(lambda: "has changed since" in shown.state.text(), timeout=10_000)
    shown.anew.click()
    qtbot.waitUntil(lambda: not shown.making, timeout=WAIT)
    assert "No layer group was rolled back" not in shown.page.toPlainText()
    assert "Made at" in shown.state.text()

    a.unlink()
    qtbot.waitUntil(lambda: "is gone" in shown.state.text(), timeout=10_000)
    shown.anew.click()
    qtbot.waitUntil(lambda: not shown.making, timeout=WAIT)
    assert "does not exist" in shown.state.text()
    assert "Width of the optimum" in shown.page.toPlainText(), "the last one is still there"
    shown.files.choose([])
    assert not shown.anew.isEnabled()
    window.session.close_file(a)
    assert shown.files.count() == 1


def test_a_file_that_a_job_writes_is_being_measured_until_the_job_ends(shown, window, qtbot):
    a, _ = shown.files.chosen
    job = Job(RollbackSpec(run=Path("/runs/mrpc-run")), a, "Rollback", status="running")
    window.jobs.jobs.append(job)
    add_rollback(a)
    qtbot.waitUntil(lambda: "is being measured" in shown.state.text(), timeout=10_000)
    assert "Made at" in shown.state.text()
    assert shown.anew.property("role") != "primary", "it would be old again at once"
    assert shown.outdated, "asked for again, the report is made anew"
    shown.copy_button.click()
    assert "is being measured. Copied" in shown.state.text()

    job.status = "complete"
    window.jobs.ended.emit(job)
    assert "a.landscape.h5 has changed since" in shown.state.text()
    assert shown.anew.property("role") == "primary"


def test_giving_it_up_and_a_process_that_dies(window, tmp_path, open_file, qtbot, monkeypatch):
    open_file(window, write_file(tmp_path / "a.landscape.h5"))
    window.main.menus.report.emit()
    report = window.around.report.window
    report.stop.click()
    qtbot.waitUntil(lambda: not report.making, timeout=WAIT)
    assert report.report is None
    assert not report.save_button.isEnabled()

    monkeypatch.setattr(making.separate, "main", die)
    report.make()
    qtbot.waitUntil(lambda: not report.making, timeout=WAIT)
    assert "ended unexpectedly (signal 9" in report.state.text()
    assert "ended unexpectedly" in report.nothing.text()
    monkeypatch.undo()

    report.make()
    report.reject()
    qtbot.waitUntil(lambda: not report.making, timeout=WAIT)
    assert report.report is None, "nobody waits for what is made for a closed window"


def die(connection, files, tolerated) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_without_a_landscape_there_is_nothing_to_report(window):
    actions = window.main.menus.actions
    for words in ("Report", "Curvature"):
        action = next(a for a in actions if words in a.text().replace("&", ""))
        assert not action.isEnabled()


def test_the_windows_process_imports_neither_matplotlib_nor_torch(tmp_path):
    file = write_file(tmp_path / "a.landscape.h5")
    program = """
        import sys
        from pathlib import Path
        from PySide6.QtCore import QTimer

        def look(window):
            report = window.around.report.show() if window.session.landscapes else None
            if report is None or report.making or report.report is None:
                return
            loaded = [n for n in ("matplotlib", "torch", "transformers") if n in sys.modules]
            print("loaded", loaded, len(report.report.document.pictures))
            window.main.close()

        if __name__ == "__main__":
            from landscape_gui.ui import application
            app = application.make_application()
            window = application.Window(app)
            window.main.show()
            window.session.open_file(Path(sys.argv[1]))
            timer = QTimer()
            timer.timeout.connect(lambda: look(window))
            timer.start(100)
            app.exec()
        """
    script = tmp_path / "program.py"
    script.write_text(textwrap.dedent(program))
    environment = child_environment() | {"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    result = subprocess.run(
        [sys.executable, str(script), str(file)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=180,
        check=False,
    )
    assert "loaded [] 4" in result.stdout, result.stdout + result.stderr
