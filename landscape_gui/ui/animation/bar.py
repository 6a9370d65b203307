"""The bar under the views that plays an animation: the trajectory, or the surface's growth."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.animation.director import STORIES, Director, Moment, Story
from landscape_gui.ui.animation.player import SPEEDS, Player
from landscape_gui.ui.animation.scrubber import Scrubber
from landscape_gui.ui.icons import set_icon
from landscape_gui.ui.panels.parts import ElidedLabel, Segmented, button
from landscape_gui.ui.session import Session
from landscape_gui.ui.theme import Theme

_SECONDS_PER_CHECKPOINT = 1.2
_SHORTEST, _LONGEST = 4.0, 20.0


class AnimationBar(QFrame):
    """Holds the clock and knows what is to be shown now; the page draws it.

    Signals
    -------
    moment_changed
        Another moment, or another story, is to be drawn.
    closed
        The animation ended: the whole is to be drawn again.
    export_requested
        The user wants it as a file.
    """

    moment_changed = Signal()
    closed = Signal()
    export_requested = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._director: Director | None = None
        self._key: tuple[object, ...] = ()
        self._active = False
        self.story: Story = "trajectory"
        self.player = Player(self)
        self.setProperty("role", "bar")
        self.hide()
        self._build()
        self.scrubber.set_theme(theme)
        self.player.moved.connect(self._moved)
        self.player.state_changed.connect(self._show_state)
        self._show_state()

    def _build(self) -> None:
        self.stories = Segmented(STORIES, "What is played")
        self.stories.chosen.connect(self._choose_story)
        self.play = QToolButton()
        self.play.setIconSize(QSize(18, 18))
        self.play.clicked.connect(self.player.toggle)
        self.scrubber = Scrubber()
        self.scrubber.dragged.connect(self._drag)
        self.speed = QComboBox()
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Speed")
        for factor in SPEEDS:
            self.speed.addItem(f"{factor:g} ×", factor)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.activated.connect(self._choose_speed)
        self.loop = QCheckBox("Loop")
        self.loop.setToolTip("Begin again at the end")
        self.loop.toggled.connect(self._choose_loop)
        self.export = button("Export…", "", "Save as GIF or MP4", "save")
        self.export.clicked.connect(self.export_requested)
        self.end = QToolButton()
        self.end.setAccessibleName("Close the animation")
        self.end.setToolTip("Close the animation")
        set_icon(self.end, "close")
        self.end.clicked.connect(self.close_animation)
        self.words = ElidedLabel()
        controls = QHBoxLayout()
        controls.setSpacing(10)
        for widget in (self.stories, self.play):
            controls.addWidget(widget)
        controls.addWidget(self.scrubber, 1)
        for widget in (self.speed, self.loop, self.export, self.end):
            controls.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(controls)
        column.addWidget(self.words)

    # -- what is played ------------------------------------------------------------------------

    @property
    def active(self) -> bool:
        """Whether the page shows a moment instead of the whole."""
        return self._active

    def open_story(self, story: Story, *, play: bool = True) -> None:
        """Begin a story, or go on with the one that is open."""
        if story != self.story or not self._active:
            self.player.pause()
            self.story = story
            self.player.seek(0.0)
        self._active = True
        self.setVisible(True)
        self.refresh()
        if play and self.play.isEnabled():
            self.player.play()
        self.moment_changed.emit()

    def close_animation(self) -> None:
        """Show the whole again."""
        if self._active:
            self._active = False
            self.player.pause()
            self._director, self._key = None, ()
            self.hide()
            self.closed.emit()

    def director(self) -> Director | None:
        """The story of what the session shows now; None if that is no surface."""
        session = self._session
        model, plot = session.model, session.plot
        if model is None or plot is None or plot.kind != "surface":
            self._director, self._key = None, ()
            return None
        key = (
            id(plot),
            session.metric,
            session.projection,
            session.rollback,
            session.value_scale,
            plot.done,
            int(plot.sampled.sum()),
            *((part.name, part.done) for part in session.parts),
            *(id(e) for e in plot.estimates.values()),
            *(id(v) for v in plot.checkpoint_values.values()),
        )
        if key != self._key or self._director is None:
            self._key = key
            self._director = Director(
                model,
                plot,
                session.metric,
                session.projection,
                session.rollback,
                session.value_scale,
                session.parts,
            )
        return self._director

    def moment(self) -> Moment | None:
        """What is to be drawn now; None if this story cannot be told of this surface."""
        director = self.director()
        if not self._active or director is None or director.why_not(self.story):
            return None
        return director.at(self.story, self.player.position)

    def refresh(self) -> None:
        """Follow the session: another surface has other checkpoints."""
        director = self.director()
        reason = director.why_not(self.story) if director is not None else "No surface is shown."
        self.stories.set_current(self.story)
        for widget in (self.play, self.scrubber, self.export):
            widget.setEnabled(not reason)
        if reason:
            self.player.pause()
            self.words.setText(reason)
            self.scrubber.set_stops(())
            return
        assert director is not None
        stops = director.stops(self.story)
        self.scrubber.set_stops(stops)
        seconds = _SECONDS_PER_CHECKPOINT * max(len(stops) - 1, 1) if stops else 8.0
        self.player.seconds = min(max(seconds, _SHORTEST), _LONGEST)

    def say(self, moment: Moment) -> None:
        """Read the moment out."""
        self.words.setText("   ·   ".join(moment.words))

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self.scrubber.set_theme(theme)

    # -- controls ------------------------------------------------------------------------------

    def _choose_story(self, key: str) -> None:
        self.open_story("growth" if key == "growth" else "trajectory")

    def _choose_speed(self, index: int) -> None:
        self.player.speed = float(self.speed.itemData(index))

    def _choose_loop(self, on: bool) -> None:
        self.player.loop = on

    def _drag(self, position: float) -> None:
        self.player.pause()
        self.player.seek(position)

    def _moved(self, position: float) -> None:
        self.scrubber.set_position(position)
        if self._active:
            self.moment_changed.emit()

    def _show_state(self) -> None:
        words = "Pause" if self.player.playing else "Play"
        set_icon(self.play, "pause" if self.player.playing else "play")
        self.play.setToolTip(words)
        self.play.setAccessibleName(words)
