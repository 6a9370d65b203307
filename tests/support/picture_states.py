"""Draws the window in each of its states as PNG files: ``picture_states.py DIRECTORY [STATE…]``.

A program of its own, since scale factor and fonts are chosen before the application exists. The
fonts are matplotlib's, so that letters are as wide everywhere.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

OUT = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
SIZE, NARROW = (1240, 780), (800, 600)
LONG_NAME = "roberta-large-fine-tuned-on-stsb-with-a-very-long-name-and-seed-12345"
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="same"><family>sans-serif</family>
    <prefer><family>DejaVu Sans</family></prefer></alias>
  <alias binding="same"><family>monospace</family>
    <prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


def isolate() -> None:
    """Settings, fonts and session of this program only."""
    import matplotlib

    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(OUT / "home" / name.lower())
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    config = OUT / "fonts.conf"
    config.write_text(FONTS.format(fonts=fonts, cache=OUT / "font-cache"))
    os.environ["FONTCONFIG_FILE"] = str(config)


class Studio:
    """One window that is put into one state after the other."""

    def __init__(self) -> None:
        import synthetic_landscape

        from landscape_gui.engine.host import EngineProcess
        from landscape_gui.ui import application, main_window
        from landscape_gui.ui.samples import Sample
        from landscape_gui.ui.settings import RecentFile, Settings

        def read(path: Path):
            name = path.name.removesuffix(".landscape.h5")
            scratch = "scratch" in name
            return synthetic_landscape.landscape(
                path, name, 41, groups=("low", "high"), scratch=scratch
            )

        self.app = application.make_application()
        main_window.shipped_samples = lambda: [
            Sample(Path("/s/a.h5"), "BERT on MRPC", "Training loss over a random direction"),
            Sample(Path("/s/b.h5"), LONG_NAME, "A description that is longer than its line " * 3),
        ]
        for name, run in (("gone", "distilbert-rte"), ("here", LONG_NAME)):
            path = OUT / f"{name}.landscape.h5"
            if name == "here":
                path.write_bytes(b"x" * 48_000)
                os.utime(path, (1, time.time() - 3.5 * 86_400))
            Settings().add_recent(RecentFile(path, run, "rte"))
        engine = EngineProcess(job="fake_jobs:steady", describe="fake_jobs:describe")
        self.window = application.Window(self.app, engine, read)
        self.main = self.window.main
        self.main.resize(*SIZE)
        self.main.show()
        self.wait(300)
        self.move_pointer_away()

    def wait(self, milliseconds: int = 150) -> None:
        """Let everything be laid out and drawn."""
        from PySide6.QtTest import QTest

        QTest.qWait(milliseconds)

    def move_pointer_away(self) -> None:
        """Into the corner of the screen: what lies under the pointer looks otherwise."""
        from PySide6.QtGui import QCursor

        QCursor.setPos(self.main.screen().geometry().bottomRight())
        self.wait()

    def open(self, name: str) -> None:
        """Open a landscape and wait for it."""
        path = (OUT / f"{name}.landscape.h5").resolve()
        self.window.session.open_file(path)
        while path not in self.window.session.landscapes:
            self.wait(20)
        self.wait(300)

    def page(self, name: str) -> None:
        """Show a page."""
        self.main.menus.page_actions[name].trigger()
        self.wait()

    def take(self, name: str, widget=None) -> None:
        """Save a picture in both themes."""
        for theme in ("light", "dark"):
            self.window.themes.choose(theme)
            self.wait(250)
            image = self.main.picture() if widget is None else widget.grab().toImage()
            image.save(str(OUT / f"{name}-{theme}.png"))


def welcome(studio: Studio) -> None:
    """Nothing is open."""
    studio.take("welcome")


def surface(studio: Studio) -> None:
    """A surface and its map."""
    studio.open("sst2-bert-base")
    studio.take("surface")


def rolled_back(studio: Studio) -> None:
    """A layer group's surface with the group rolled back."""
    studio.main.layers_panel.shows["low"].click()
    studio.window.session.set_rolled_back("low", True)
    studio.wait()
    studio.take("rolled-back")
    studio.window.session.set_rolled_back("low", False)
    studio.main.layers_panel.shows[""].click()


def curves(studio: Studio) -> None:
    """Curves of two runs, one from scratch."""
    studio.open("sst2-scratch")
    studio.page("curve")
    studio.take("curves")


def history(studio: Studio) -> None:
    """How training went."""
    studio.page("history")
    studio.take("history")


def narrow(studio: Studio) -> None:
    """A small window and a long name."""
    studio.open(LONG_NAME)
    studio.page("surface")
    studio.main.resize(*NARROW)
    studio.wait(300)
    studio.take("narrow")
    studio.main.resize(*SIZE)
    studio.wait()


def preferences(studio: Studio) -> None:
    """The preferences."""
    dialog = studio.window.around.show_preferences()
    dialog.resize(540, 620)
    studio.take("preferences", dialog)
    dialog.reject()


def palette(studio: Studio) -> None:
    """The command palette in search."""
    shown = studio.window.around.show_palette()
    shown.search.setText("contour")
    shown.resize(620, 372)
    studio.take("palette", shown)
    shown.close()


STATES: tuple[Callable[[Studio], None], ...] = (
    welcome,
    surface,
    rolled_back,
    preferences,
    palette,
    curves,
    history,
    narrow,
)


def main() -> None:
    """Take all pictures."""
    isolate()
    studio = Studio()
    for state in STATES:
        state(studio)
    studio.window.engine.shut_down()
    studio.window.session.wait_for_files()
    os._exit(0)


if __name__ == "__main__":
    main()
