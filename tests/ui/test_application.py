from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "tests" / "support"
HEAVY = ("torch", "transformers", "datasets", "accelerate", "matplotlib")


def run(program: str, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = tmp_path / "program.py"
    script.write_text(textwrap.dedent(program))
    environment = os.environ | {
        "PYTHONPATH": f"{SUPPORT}{os.pathsep}{ROOT}",
        "HOME": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
    }
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )


def test_window_with_a_job_never_imports_torch_nor_matplotlib(tmp_path):
    program = f"""
        import sys
        from pathlib import Path

        if __name__ == "__main__":
            from landscape_gui.engine.host import EngineProcess
            from landscape_gui.specs import RandomAxis, SurfaceSpec
            from landscape_gui.ui import application
            import synthetic_landscape
            from PySide6.QtCore import QTimer

            app = application.make_application()
            engine = EngineProcess(job="fake_jobs:burst", describe="fake_jobs:describe")
            read = lambda path: synthetic_landscape.landscape(path, points=142, measured=0.0)
            window = application.Window(app, engine, read)
            window.main.show()
            window.jobs.ended.connect(app.quit)
            spec = SurfaceSpec(run=Path("r"), axis2=RandomAxis())
            window.jobs.start(spec, Path("b.landscape.h5"))
            app.exec()
            window.engine.shut_down()
            window.session.wait_for_files()
            heavy = [name for name in {HEAVY!r} if name in sys.modules]
            print("heavy", heavy, window.jobs.jobs[0].status)
        """
    result = run(program, tmp_path)
    assert "heavy [] complete" in result.stdout, result.stdout + result.stderr


def test_run_window_opens_files_takes_a_picture_and_ends(tmp_path):
    program = """
        import sys
        from pathlib import Path
        if __name__ == "__main__":
            from landscape_gui.ui.application import run_window
            files = [Path(name) for name in sys.argv[2:]]
            sys.exit(run_window(files, quit_when_done=True, screenshot=Path(sys.argv[1])))
        """
    picture = tmp_path / "window.png"
    result = run(program, tmp_path, str(picture))
    assert result.returncode == 0, result.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
    missing = run(program, tmp_path, str(picture), str(tmp_path / "none.landscape.h5"))
    assert missing.returncode == 1, "a file that cannot be read is a failure"
    assert "Traceback" not in missing.stderr


def test_uncaught_error_is_logged_and_reported(qapp, qtbot, tmp_path, monkeypatch, capsys):
    from landscape_gui.ui import crash_report

    monkeypatch.setattr(crash_report, "log_directory", lambda: tmp_path)
    log = crash_report.start_logging()
    reporter = crash_report.CrashReporter(log)
    error = ValueError("a mistake")
    reporter._hook(ValueError, error, None)
    dialog = reporter._dialog
    assert dialog is not None
    qtbot.addWidget(dialog)
    assert "ValueError: a mistake" in dialog.report.toPlainText()
    assert "Qt " in dialog.report.toPlainText()
    assert "a mistake" in log.read_text()
    assert "a mistake" in capsys.readouterr().err
    dialog.reject()
