"""Both themes can be read: WCAG 2 AA, 4.5 : 1 for text and 3 : 1 for controls and markers."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

SUPPORT = Path(__file__).resolve().parents[1] / "support"
sys.path.insert(0, str(SUPPORT))

from color_appearance import contrast  # noqa: E402

from landscape_gui.ui.style import style_sheet, theme_palette  # noqa: E402
from landscape_gui.ui.theme import DARK, LIGHT, Theme  # noqa: E402

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def declared(theme: Theme, selector: str, name: str) -> str:
    """A colour of the style sheet."""
    for block in re.findall(re.escape(selector) + r"\s*\{([^}]*)\}", style_sheet(theme)):
        if found := re.search(rf"(?<![-\w]){name}:\s*(#[0-9a-f]{{6}})", block):
            return found[1]
    raise AssertionError(f"{selector} declares no {name}")


@THEMES
@pytest.mark.parametrize("ground", ["window", "raised", "canvas"])
@pytest.mark.parametrize("text", ["text", "muted", "accent", "warning"])
def test_text_on_every_ground(theme, text, ground):
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@THEMES
@pytest.mark.parametrize(
    "selector",
    ["QTreeView::item:hover, QListView::item:hover", "QMenu::item:selected"],
)
def test_text_on_highlighted_rows(theme, selector):
    ground = declared(theme, selector, "background")
    assert contrast(theme.text, ground) >= 4.5
    assert contrast(theme.muted, ground) >= 4.5


@THEMES
def test_messages(theme):
    ground = declared(theme, 'QFrame[role="message"]', "background")
    for text in (theme.text, theme.muted, theme.accent):
        assert contrast(text, ground) >= 4.5


@THEMES
def test_the_one_thing_to_do(theme):
    primary = 'QPushButton[role="primary"]'
    assert contrast(theme.accent_text, theme.accent) >= 4.5
    assert contrast(theme.accent_text, declared(theme, f"{primary}:hover", "background")) >= 4.5


@THEMES
@pytest.mark.parametrize("marker", ["start", "end", "trajectory"])
def test_markers_stand_out_from_their_outline_and_the_canvas(theme, marker):
    assert contrast(getattr(theme, marker), theme.halo) >= 3
    assert contrast(getattr(theme, marker), theme.canvas) >= 3


@THEMES
def test_focus_and_boxes_to_tick_are_seen(theme):
    box = declared(theme, "QComboBox:focus, QPlainTextEdit:focus,\nQTextEdit:focus", "border-color")
    for ground in (theme.window, theme.raised):
        assert contrast(theme.accent, ground) >= 3
    assert box == theme.accent
    sheet = style_sheet(theme)
    tick = re.search(r"QListView::indicator \{\s*width: 15px; [^}]*1px solid (#[0-9a-f]{6})", sheet)
    assert tick is not None
    assert contrast(tick[1], theme.raised) >= 3


@THEMES
def test_the_palette_says_the_same(qapp, theme):
    palette = theme_palette(theme)
    assert palette.color(palette.ColorRole.PlaceholderText) == QColor(theme.muted)
    assert palette.color(palette.ColorRole.Link) == QColor(theme.accent)
