"""The look of the window's own parts, on top of the application's style: by ``role``."""

from __future__ import annotations

from landscape_gui.ui.theme import Theme

_SHEET = """
QLabel[role="title"] {{ font-size: 15px; font-weight: 600; }}
QLabel[role="heading"] {{ font-weight: 600; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="warning"] {{ color: {warning}; }}
QFrame[role="rule"] {{ background: {border}; border: none; }}
QFrame[role="header"] {{
    background: {window}; border: none; border-bottom: 1px solid {border};
}}
QFrame[role="bar"] {{ background: {window}; border: none; border-top: 1px solid {border}; }}
QFrame[role="message"] {{
    background: {raised}; border: none;
    border-left: 3px solid {warning}; border-bottom: 1px solid {border};
}}
QFrame[role="card"] {{
    background: {raised}; border: 1px solid {border}; border-radius: 12px;
}}
QFrame[role="card"] QLabel[role="title"] {{ font-size: 22px; }}

QPushButton[role="primary"] {{
    background: {accent}; color: {accent_text}; border: 1px solid {accent};
    border-radius: 6px; padding: 5px 14px; font-weight: 600;
}}
QPushButton[role="primary"]:hover {{ background: {accent_hover}; }}
QPushButton[role="primary"]:disabled {{
    background: {window}; color: {muted}; border-color: {border};
}}
QPushButton[role="quiet"] {{
    background: transparent; color: {muted}; border: none; border-radius: 6px; padding: 4px 8px;
}}
QPushButton[role="quiet"]:hover {{ color: {text}; background: {hover}; }}
QPushButton[role="quiet"]:checked {{ color: {text}; background: {hover}; }}
QPushButton[role="link"] {{
    background: transparent; color: {accent}; border: none; padding: 2px 0; text-align: left;
}}
QPushButton[role="link"]:hover {{ text-decoration: underline; }}

QPushButton[segment] {{
    background: {raised}; color: {muted}; border: 1px solid {border}; border-radius: 0;
    padding: 5px 11px; font-weight: normal;
}}
QPushButton[segment="middle"], QPushButton[segment="last"] {{ border-left: none; }}
QPushButton[segment="first"] {{
    border-top-left-radius: 6px; border-bottom-left-radius: 6px;
}}
QPushButton[segment="last"] {{
    border-top-right-radius: 6px; border-bottom-right-radius: 6px;
}}
QPushButton[segment]:hover {{ color: {text}; }}
QPushButton[segment]:checked {{ background: {selected}; color: {accent_strong}; }}
QPushButton[segment]:disabled {{ color: {border}; }}
QPushButton[segment]:focus {{ color: {text}; }}

QTableWidget[role="plain"] {{ background: transparent; border: none; }}
QTableWidget[role="plain"]::item {{ padding: 0 2px; border: none; }}
QTableWidget[role="plain"] QHeaderView {{ background: transparent; }}
QTableWidget[role="plain"] QHeaderView::section {{
    background: transparent; color: {muted}; border: none;
    border-bottom: 1px solid {border}; padding: 3px 2px; font-weight: normal;
}}
QTreeWidget[role="plain"] {{ background: transparent; border: none; outline: none;
    show-decoration-selected: 0; selection-background-color: transparent;
}}
QTreeWidget[role="plain"]::item {{ padding: 4px 2px; border-radius: 5px; }}
QTreeWidget[role="plain"]::item:hover {{ background: {hover}; }}
QTreeWidget[role="plain"]::item:selected {{ background: {selected}; color: {accent_strong}; }}
QTreeWidget[role="plain"]::branch {{ background: transparent; }}
QSplitter::handle {{ background: {border}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QScrollArea {{ background: {window}; border: none; }}
QWidget[role="side"] {{ background: {window}; }}
QProgressBar {{
    background: {hover}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
}}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
"""


def shell_sheet(theme: Theme) -> str:
    """Style sheet of the main window for a theme."""
    return _SHEET.format(
        window=theme.window,
        raised=theme.raised,
        border=theme.border,
        text=theme.text,
        muted=theme.muted,
        accent=theme.accent,
        accent_text=theme.accent_text,
        warning=theme.warning,
        accent_hover=mixed(theme.accent, theme.text, 0.12),
        accent_strong=theme.accent if theme.name == "dark" else mixed(theme.accent, theme.text, 0.2),
        hover=mixed(theme.window, theme.text, 0.07),
        selected=mixed(theme.raised, theme.accent, 0.16),
    )


def mixed(color: str, other: str, share: float) -> str:
    """A colour with a share of another one in it."""
    parts = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
