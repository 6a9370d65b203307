"""A calm line above the views that says what went wrong and what to do; nothing is lost."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from landscape_gui.ui.panels.parts import MARGIN, button, label

MOST_MESSAGES = 50


class MessageBar(QFrame):
    """Shows one message after another until each is dismissed."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setAccessibleName("Message")
        self._messages: deque[tuple[str, str]] = deque(maxlen=MOST_MESSAGES)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 8, 8, 8)
        row.setSpacing(MARGIN)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.message = label(wrap=True)
        self.hint = label(role="muted", wrap=True)
        self.message.setTextInteractionFlags(
            self.message.textInteractionFlags().TextSelectableByMouse
        )
        words.addWidget(self.message)
        words.addWidget(self.hint)
        row.addLayout(words, 1)
        self.count = label(role="muted")
        row.addWidget(self.count)
        self.dismiss = button("Dismiss", "quiet", icon="close")
        self.dismiss.clicked.connect(self._dismiss)
        row.addWidget(self.dismiss)
        self.hide()

    def show_message(self, message: str, hint: str = "") -> None:
        """Show a message now; the ones before come back when it is dismissed."""
        if (message, hint) in self._messages:
            self._messages.remove((message, hint))
        self._messages.append((message, hint))
        self._refresh()

    def _dismiss(self) -> None:
        if self._messages:
            self._messages.pop()
        self._refresh()
        self.dismissed.emit()

    def _refresh(self) -> None:
        self.setVisible(bool(self._messages))
        if not self._messages:
            return
        message, hint = self._messages[-1]
        self.message.setText(message)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        more = len(self._messages) - 1
        self.count.setText(f"{more} more" if more else "")
        self.count.setVisible(bool(more))
