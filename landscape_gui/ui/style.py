"""The look of the window: Fusion with our own palette and a small style sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QFontInfo,
    QGuiApplication,
    QPalette,
)
from PySide6.QtWidgets import QApplication

from landscape_gui.resource_files import resource
from landscape_gui.ui.theme import Theme


def apply_theme(app: QApplication, theme: Theme, font_size: int = 0) -> None:
    """Give the whole application a theme; can be called again with another one.

    ``font_size`` is in points; 0 is the system's.
    """
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(theme_palette(theme))
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if font_size:
        font.setPointSize(font_size)
    if app.font() != font:
        app.setFont(font)
    points = font.pointSizeF() if font.pointSizeF() > 0 else QFontInfo(font).pointSizeF()
    app.setStyleSheet(style_sheet(theme, points))


def system_theme_is_dark() -> bool:
    """Whether the desktop asks for dark windows; False where it does not say."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def theme_palette(theme: Theme) -> QPalette:
    """The theme as a palette for Fusion, with disabled text in between text and ground."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    window, border = QColor(theme.window), QColor(theme.border)
    colors = {
        role.Window: window,
        role.WindowText: QColor(theme.text),
        role.Base: QColor(theme.raised),
        role.AlternateBase: window,
        role.Text: QColor(theme.text),
        role.PlaceholderText: QColor(theme.muted),
        role.Button: QColor(theme.raised),
        role.ButtonText: QColor(theme.text),
        role.BrightText: QColor(theme.warning),
        role.Highlight: QColor(theme.accent),
        role.HighlightedText: QColor(theme.accent_text),
        role.Accent: QColor(theme.accent),
        role.Link: QColor(theme.accent),
        role.LinkVisited: QColor(theme.accent),
        role.ToolTipBase: QColor(theme.raised),
        role.ToolTipText: QColor(theme.text),
        role.Light: QColor(theme.raised),
        role.Midlight: mixed(theme.border, theme.raised, 0.5),
        role.Mid: border,
        role.Dark: mixed(theme.border, theme.text, 0.25),
        role.Shadow: mixed(theme.border, theme.text, 0.5),
    }
    palette = QPalette()
    for color_role, color in colors.items():
        palette.setColor(color_role, color)
    faint = mixed(theme.muted, theme.window, 0.4)
    for text_role in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(group.Disabled, text_role, faint)
    palette.setColor(group.Disabled, role.Highlight, border)
    return palette


def mixed(color: str, other: str, share: float) -> QColor:
    """A colour with ``share`` of another mixed in."""
    a, b = QColor(color), QColor(other)
    return QColor(
        *(
            round(x + share * (y - x))
            for x, y in ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
        )
    )


def style_sheet(theme: Theme, points: float = 10.0) -> str:
    """The style sheet: what Fusion does not do by its palette.

    ``points`` is the size of ordinary text, which titles follow.

    Widgets take part by the dynamic property ``role``: ``heading``, ``title``, ``muted`` and
    ``warning`` for labels; ``primary``, ``quiet``, ``link`` and ``inline`` (a link as high as
    text) for buttons; ``segmented`` (with ``segment`` first, middle or last on its buttons),
    ``rule``, ``plain``, ``sortable``, ``bar``, ``message``, ``header``, ``card`` and ``side`` for
    containers.
    """
    values = {
        **{name: getattr(theme, name) for name in Theme.__dataclass_fields__},
        "knob": "#ffffff",
        "title_size": f"{1.5 * points:.1f}",
        "hover": mixed(theme.raised, theme.accent, 0.08).name(),
        "pressed": mixed(theme.raised, theme.accent, 0.18).name(),
        "selected": mixed(theme.raised, theme.accent, 0.16).name(),
        "accent_hover": mixed(theme.accent, theme.text, 0.12).name(),
        "faint": mixed(theme.muted, theme.window, 0.4).name(),
        "handle": mixed(theme.border, theme.muted, 0.75).name(),
        "notice": mixed(theme.window, theme.warning, 0.09).name(),
        "notice_border": mixed(theme.border, theme.warning, 0.45).name(),
    }
    sheet = _SHEET
    for name in ("close", "float", "down", "up", "right", "check"):
        # The tick lies on the accent colour, so there is one for each theme.
        tone = "light" if QColor(theme.accent_text).lightnessF() > 0.5 else "dark"
        file = f"part-check-{tone}" if name == "check" else f"part-{name}"
        path = resource("icons", f"{file}.svg").as_posix()
        sheet = sheet.replace(f"@icon:part-{name}@", path)
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}@", values[name])
    return sheet


_SHEET = """
QToolTip { color: @text@; background: @raised@; border: 1px solid @border@; padding: 5px 7px; }

QMainWindow::separator { background: @border@; width: 1px; height: 1px; margin: 0 3px; }
QMainWindow::separator:hover { background: @accent@; }
QSplitter::handle { background: @border@; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: @accent@; }

QMenuBar { background: @window@; border-bottom: 1px solid @border@; padding: 2px 4px; }
QMenuBar::item { padding: 5px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @selected@; }
QMenu { background: @raised@; border: 1px solid @border@; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 22px; border-radius: 4px; }
QMenu::item:selected { background: @selected@; color: @text@; }
QMenu::item:disabled { color: @faint@; }
QMenu::separator { height: 1px; background: @border@; margin: 5px 8px; }
QToolBar { background: @window@; border: none; border-bottom: 1px solid @border@;
           spacing: 4px; padding: 4px 6px; }
QToolBar::separator { background: @border@; width: 1px; margin: 5px 5px; }
QToolButton { border: 1px solid transparent; border-radius: 5px; padding: 5px 7px; }
QToolButton:hover { background: @hover@; border-color: @border@; }
QToolButton:pressed, QToolButton:checked { background: @selected@; border-color: @border@; }
QToolButton[role="panel"] { padding: 4px; }
QToolButton[role="panel"]:checked { background: transparent; border-color: transparent; }
QToolButton[role="panel"]:hover { background: @hover@; border-color: @border@; }
QToolButton:focus { border-color: @accent@; }
QStatusBar { background: @window@; border-top: 1px solid @border@; color: @muted@; }
QStatusBar::item { border: none; }

QDockWidget { titlebar-close-icon: url("@icon:part-close@");
              titlebar-normal-icon: url("@icon:part-float@"); }
QDockWidget::close-button, QDockWidget::float-button { border: none; padding: 0;
                                                       background: transparent; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: @selected@; }
QDockWidget::title { background: @window@; border-bottom: 1px solid @border@;
                     padding: 7px 10px; text-align: left; }
QTabWidget::pane { border: none; border-top: 1px solid @border@; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @muted@; padding: 8px 14px;
               border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text@; }
QTabBar::tab:selected { color: @text@; border-bottom-color: @accent@; }

QPushButton { background: @raised@; border: 1px solid @border@; border-radius: 5px;
              padding: 6px 14px; min-height: 18px; }
QPushButton:hover { background: @hover@; border-color: @handle@; }
QPushButton:pressed { background: @pressed@; }
QPushButton:focus { border-color: @accent@; }
QPushButton:checked { background: @selected@; border-color: @accent@; }
QPushButton:disabled { color: @faint@; background: @window@; border-color: @border@; }
QPushButton[role="primary"] { background: @accent@; color: @accent_text@; border-color: @accent@;
                              font-weight: 600; }
QPushButton[role="primary"]:hover { background: @accent_hover@; border-color: @accent_hover@; }
QPushButton[role="primary"]:focus { border-color: @text@; }
QPushButton[role="primary"]:disabled { background: @border@; color: @muted@;
                                       border-color: @border@; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent;
                            color: @accent@; padding: 5px 9px; }
QPushButton[role="quiet"]:hover { background: @hover@; }
QPushButton[role="quiet"]:focus { border-color: @accent@; }
QPushButton[role="quiet"]:disabled { color: @faint@; }
QPushButton[role="link"] { background: transparent; border: none; color: @accent@;
                           padding: 3px 0; text-align: left; }
QPushButton[role="link"]:hover, QPushButton[role="link"]:focus { text-decoration: underline; }
QPushButton[role="inline"] { background: transparent; border: none; color: @accent@;
                             padding: 0; min-height: 0; }
QPushButton[role="inline"]:hover, QPushButton[role="inline"]:focus { text-decoration: underline; }
QPushButton[role="inline"]:disabled { color: @faint@; }
QPushButton[role="row"] { background: transparent; border-color: transparent; padding: 0;
                          min-height: 0; text-align: left; }
QPushButton[role="row"]:hover { background: @hover@; border-color: @border@; }
QPushButton[role="row"]:pressed { background: @pressed@; }
QPushButton[role="row"]:focus { border-color: @accent@; }
QPushButton[segment] { border-radius: 0; padding: 5px 12px; margin-left: -1px; }
QPushButton[segment="first"] { border-top-left-radius: 5px; border-bottom-left-radius: 5px;
                               margin-left: 0; }
QPushButton[segment="last"] { border-top-right-radius: 5px; border-bottom-right-radius: 5px; }
QPushButton[segment]:checked { background: @selected@; color: @text@; border-color: @accent@; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: @raised@; border: 1px solid @border@; border-radius: 5px; padding: 4px 8px;
    min-height: 20px; selection-background-color: @accent@;
    selection-color: @accent_text@; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus,
QTextEdit:focus { border-color: @accent@; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    color: @faint@; background: @window@; }
QSpinBox, QDoubleSpinBox { max-height: 20px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("@icon:part-down@"); width: 11px; height: 11px; }
QComboBox QAbstractItemView { background: @raised@; border: 1px solid @border@; padding: 3px;
    outline: none; selection-background-color: @selected@; selection-color: @text@; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; border: none; background: transparent; width: 20px; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 3px 2px 0 0; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0 2px 3px 0; }
QAbstractSpinBox::up-arrow { image: url("@icon:part-up@"); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url("@icon:part-down@"); width: 9px; height: 9px; }
QCheckBox, QRadioButton { spacing: 8px; }
QCheckBox::indicator, QRadioButton::indicator, QTreeView::indicator, QListView::indicator {
    width: 15px; height: 15px; border: 1px solid @handle@; background: @raised@; }
QCheckBox::indicator, QTreeView::indicator, QListView::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover, QCheckBox::indicator:focus,
QRadioButton::indicator:focus { border-color: @accent@; }
QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked {
    background: @accent@; border-color: @accent@; image: url("@icon:part-check@"); }
QRadioButton::indicator:checked { border-color: @accent@; background: qradialgradient(
    cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
    stop: 0 @accent@, stop: 0.48 @accent@, stop: 0.58 @raised@, stop: 1 @raised@); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: @window@;
    border-color: @border@; }
QCheckBox::indicator:checked:disabled { background: @border@; }
QCheckBox:disabled, QRadioButton:disabled { color: @faint@; }
QToggleSwitch { qproperty-onColor: @accent@; qproperty-offColor: @handle@;
                qproperty-handleColor: @knob@; qproperty-switchWidth: 30;
                qproperty-switchHeight: 16; qproperty-handleSize: 12; }
QGroupBox { border: 1px solid @border@; border-radius: 6px; margin-top: 10px; padding-top: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; color: @muted@; }

QTreeView, QListView, QTableView { background: @raised@; border: 1px solid @border@;
    border-radius: 5px; outline: none; alternate-background-color: @window@;
    selection-background-color: @selected@; selection-color: @text@; show-decoration-selected: 1; }
QTreeView::item, QListView::item { padding: 4px 4px; border: none; }
QTreeView::branch:selected { background: @selected@; }
QTreeView::branch:hover:!selected { background: @hover@; }
QTreeView::branch:has-children:closed { image: url("@icon:part-right@"); padding: 4px; }
QTreeView::branch:has-children:open { image: url("@icon:part-down@"); padding: 4px; }
QTreeView::item:hover, QListView::item:hover { background: @hover@; }
QTreeView::item:selected, QListView::item:selected { background: @selected@; color: @text@; }
QTreeView[role="plain"], QListView[role="plain"], QTableView[role="plain"] {
    background: transparent; border: none; }
QHeaderView { background: transparent; }
QHeaderView::section { background: transparent; color: @muted@; border: none;
                       border-bottom: 1px solid @border@; padding: 5px 6px; }
QTableView[role="sortable"] QHeaderView::section { padding-right: 20px; }
QTableView[role="sortable"]::item { padding: 0 20px 0 6px; border: none; }
QHeaderView::up-arrow, QHeaderView::down-arrow { subcontrol-position: center right;
                                                 width: 9px; height: 9px; right: 6px; }
QHeaderView::up-arrow { image: url("@icon:part-up@"); }
QHeaderView::down-arrow { image: url("@icon:part-down@"); }
QScrollArea { border: none; background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: @handle@; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @muted@; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: @grid@; border: none; border-radius: 3px; max-height: 6px;
               text-align: center; color: transparent; }
QProgressBar::chunk { background: @accent@; border-radius: 3px; }

QLabel[role="title"] { font-size: @title_size@pt; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="muted"] { color: @muted@; }
QLabel[role="muted"]:disabled, QLabel[role="heading"]:disabled { color: @faint@; }
QLabel[role="warning"] { color: @warning@; }
QFrame[role="rule"] { background: @border@; border: none; }
QFrame[role="card"] { background: @raised@; border: 1px solid @border@; border-radius: 10px; }
QFrame[role="bar"], QWidget[role="bar"] { background: @window@;
                                          border-top: 1px solid @border@; }
QFrame[role="foot"] { background: @canvas@; border: none; border-top: 1px solid @border@; }
QFrame[role="foot"] QToolButton { padding: 3px 6px; }
QFrame[role="foot"] QPushButton { padding: 1px 6px; }
QToolButton::menu-indicator { image: none; width: 0; }
QFrame[role="header"] { background: @window@; border-bottom: 1px solid @border@; }
QFrame[role="tools"] { background: @window@; border: none; border-bottom: 1px solid @border@; }
QWidget[role="board"] { background: @window@; }
QFrame[role="panel"] { background: @canvas@; border: 1px solid @border@; border-radius: 6px; }
QFrame[role="panel-head"] { background: @raised@; border: none;
    border-bottom: 1px solid @border@; border-top-left-radius: 5px; border-top-right-radius: 5px; }
QFrame[role="panel-head"] QToolButton { padding: 4px; }
QPushButton[role="picker"] { background: transparent; border-color: transparent; padding: 3px 8px;
    text-align: left; font-weight: 600; }
QPushButton[role="picker"]:hover { background: @hover@; border-color: @border@; }
QPushButton[role="picker"]:focus { border-color: @accent@; }
QPushButton::menu-indicator { image: url("@icon:part-down@"); width: 11px; height: 11px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 6px; }
QFrame[role="message"] { background: @notice@; border: none;
                         border-bottom: 1px solid @notice_border@; }
"""
