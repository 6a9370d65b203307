"""The trajectory: how it is projected, and what each checkpoint's own numbers are."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from landscape_gui.ui.panels.parts import NumberTable, Section, label
from landscape_gui.ui.scene_building import build_trajectory
from landscape_gui.ui.session import Session
from landscape_gui.ui.wording import (
    METRIC_LABELS,
    PROJECTION_CAPTIONS,
    PROJECTION_TITLES,
    PROJECTIONS,
    metric_value,
)


class TrajectoryPanel(Section):
    """Choices for the trajectory and a list of its checkpoints."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Trajectory", parent)
        self._session = session
        self.show_box = QCheckBox("Show")
        self.show_box.setAccessibleName("Show the trajectory")
        self.show_box.clicked.connect(self._set_shown)
        self.head.addWidget(self.show_box)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setColumnStretch(1, 1)
        self.projection = QComboBox()
        self.projection.setAccessibleName("Projection")
        for kind in PROJECTIONS:
            self.projection.addItem(PROJECTION_TITLES[kind], kind)
        self.projection.activated.connect(self._set_projection)
        self.lift = QComboBox()
        self.lift.setAccessibleName("Height of the trajectory")
        self.lift.setToolTip("Where the 3D view draws the checkpoints")
        self.lift.addItem("On the surface", "surface")
        self.lift.addItem("Each checkpoint's own value", "measured")
        self.lift.activated.connect(self._set_lift)
        for box in (self.projection, self.lift):
            # The longest choice must not make the panel wider than its place.
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(10)
        grid.addWidget(label("Projection", "muted"), 0, 0)
        grid.addWidget(self.projection, 0, 1)
        grid.addWidget(label("Height", "muted"), 1, 0)
        grid.addWidget(self.lift, 1, 1)
        self.body.addLayout(grid)
        self.caption = label(role="muted", wrap=True)
        self.body.addWidget(self.caption)
        self.table = NumberTable(("Epoch", "Own value", "Off plane"), "Checkpoints", most_rows=10)
        self.body.addWidget(self.table)
        session.selection_changed.connect(self._refresh)
        session.view_changed.connect(self._refresh)
        session.data_changed.connect(self._refresh)
        self._refresh()

    def _set_shown(self, shown: bool) -> None:
        self._session.show_trajectory = shown

    def _set_projection(self, index: int) -> None:
        self._session.projection = self.projection.itemData(index)

    def _set_lift(self, index: int) -> None:
        self._session.lift = self.lift.itemData(index)

    def _refresh(self) -> None:
        session = self._session
        self.show_box.setChecked(session.show_trajectory)
        self.projection.setCurrentIndex(self.projection.findData(session.projection))
        self.lift.setCurrentIndex(self.lift.findData(session.lift))
        model, plot = session.model, session.plot
        drawn = None
        if model is not None and plot is not None:
            drawn = build_trajectory(model, plot, session.metric, session.projection)
        self.projection.setEnabled(drawn is not None)
        # Of a curve, the projection is for the table only.
        on_surface = drawn is not None and plot is not None and plot.kind == "surface"
        self.lift.setEnabled(on_surface and session.projection != "pca")
        self.show_box.setEnabled(on_surface)
        if drawn is None:
            self.caption.setText(
                "This landscape holds no checkpoints to project."
                if plot is not None
                else "Shown for surfaces and curves."
            )
            self.table.set_rows(())
            return
        caption = PROJECTION_CAPTIONS[session.projection]
        if plot is not None and session.projection == "pca" and plot.kind == "surface":
            caption += " The contour view shows them alone."
        self.caption.setText(caption)
        item = self.table.horizontalHeaderItem(1)
        if item is not None:
            item.setText(f"Own {METRIC_LABELS[session.metric].lower()}")
        overlay = drawn.overlay
        self.table.set_rows(
            [
                [name, metric_value(session.metric, float(value)), f"{100 * off:.0f} %"]
                for name, value, off in zip(
                    overlay.labels, overlay.value, overlay.off_plane, strict=True
                )
            ]
        )
