"""What the dialogs that ask for a job have in common: help, problems, an estimate, a start."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.dialogs.fields import dialog_buttons
from landscape_gui.ui.dialogs.spec_fields import HELP, SpecForm
from landscape_gui.ui.panels.parts import ElidedLabel, label, rule, set_role

WIDTH = 600
SHARE_OF_SCREEN = 0.9


class JobDialog(QDialog):
    """A title, fields that scroll where the screen is short, and below them what matters now."""

    def __init__(self, title: str, facts: str, start: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(WIDTH)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 18, 20, 16)
        outer.setSpacing(10)
        heading = ElidedLabel(title, "title")
        heading.setToolTip(title)
        outer.addWidget(heading)
        self.facts = label(facts, "muted", wrap=True)
        outer.addWidget(self.facts)
        self.head = QVBoxLayout()
        outer.addLayout(self.head)
        outer.addWidget(rule())
        self._content = QWidget()
        self.fields = QVBoxLayout(self._content)
        self.fields.setContentsMargins(0, 2, 8, 2)
        self.fields.setSpacing(8)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(rule())
        self.help = label("What a field means is said here.", "muted", wrap=True)
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.help.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        outer.addWidget(self.help)
        self.problem = label(wrap=True)
        outer.addWidget(self.problem)
        self.basis = label(role="muted", wrap=True)
        outer.addWidget(self.basis)
        self.buttons, button = dialog_buttons(start)
        assert button is not None
        self.start = button
        self.buttons.rejected.connect(self.reject)
        self.buttons.accepted.connect(self._start)
        outer.addWidget(self.buttons)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._show_help)

    def _start(self) -> None:
        raise NotImplementedError

    def _check(self) -> None:
        raise NotImplementedError

    def _check_and_fit(self) -> None:
        self._check()
        self.fit()

    def forms(self) -> list[SpecForm]:
        """All forms of the dialog."""
        return self.findChildren(SpecForm)

    def show_problems(self, problems: Mapping[str, str]) -> str:
        """Say each beside its field; returns the first, for the line at the bottom."""
        for form in self.forms():
            form.show_problems(problems)
        return next(iter(problems.values()), "")

    def show_state(self, problem: str, estimate: str, basis: str = "") -> None:
        """The first thing wrong, or else the estimate."""
        set_role(self.problem, "warning" if problem else "")
        self.problem.setText(problem or estimate)
        self.basis.setText("" if problem else basis)
        self.basis.setVisible(bool(basis) and not problem)

    def fit(self) -> None:
        """Be as high as the fields, if the screen is."""
        self._content.adjustSize()
        wanted = self._content.sizeHint().height() + 4
        screen = self.screen().availableSize().height() * SHARE_OF_SCREEN
        rest = self.sizeHint().height() - self._scroll.sizeHint().height()
        parent = self.parentWidget()
        room = min(screen, parent.window().height() if parent is not None else screen)
        self._scroll.setMinimumHeight(min(wanted, 160))
        self.resize(max(self.width(), WIDTH), round(min(rest + wanted, max(room, 480))))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the keyboard on the first field: a button there would act on Enter."""
        super().showEvent(event)
        if event.spontaneous():
            return  # back from being minimised: the keyboard stays where it was
        fields = [
            widget
            for widget in self._content.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isVisibleTo(self)
            and widget.isEnabled()
        ]
        corners = {field: field.mapTo(self._content, QPoint()) for field in fields}
        if fields:
            min(fields, key=lambda f: (corners[f].y(), corners[f].x())).setFocus()

    def _show_help(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now) and now.property(HELP):
            self.help.setText(str(now.property(HELP)))
