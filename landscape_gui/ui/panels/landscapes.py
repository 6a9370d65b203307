"""What is open: files, with their surfaces, curves and training history."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.panels.parts import Section, button, label
from landscape_gui.ui.plot_naming import plot_titles
from landscape_gui.ui.run_naming import run_titles
from landscape_gui.ui.session import Selection, Session

_SELECTION = Qt.ItemDataRole.UserRole


class LandscapesPanel(Section):
    """A tree of all open landscapes; choosing a row looks at it."""

    open_requested = Signal()
    compare_requested = Signal(object)
    """A list of Selections, of which those of surfaces are to be shown side by side."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Landscapes", parent)
        self._session = session
        self.open_button = button("Open…", "quiet", "Open a landscape file (Ctrl+O)", "open")
        self.open_button.clicked.connect(self.open_requested)
        self.head.addWidget(self.open_button)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Open landscapes")
        self.tree.setHeaderHidden(True)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setProperty("role", "plain")
        self.tree.setIndentation(0)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        # Several rows can be chosen, to be compared.
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.currentItemChanged.connect(self._chosen)
        self.body.addWidget(self.tree, 1)
        self.loading = label(role="muted")
        self.body.addWidget(self.loading)
        session.landscapes_changed.connect(self._rebuild)
        session.selection_changed.connect(self._show_selection)
        session.loading_changed.connect(self._show_loading)
        self._rebuild()
        self._show_loading()

    def _rebuild(self) -> None:
        self.tree.blockSignals(True)
        self.tree.clear()
        models = self._session.landscapes.values()
        titles = run_titles(models)
        for model in models:
            self.tree.addTopLevelItem(self._file_item(model, titles[model.path]))
        self.tree.expandAll()
        self.tree.blockSignals(False)
        self._show_selection()

    def _file_item(self, model: LandscapeModel, name: str) -> QTreeWidgetItem:
        top = QTreeWidgetItem([name])
        top.setToolTip(0, str(model.path))
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        titles = plot_titles(model)
        for (kind, key), plot in model.plots.items():
            title = titles[kind, key]
            child = _child(title)
            child.setData(0, _SELECTION, Selection(model.path, kind, key))
            words = f"{plot.done:,} of {plot.total:,} points measured"
            child.setToolTip(0, f"{title}\n{words}")
            top.addChild(child)
        if len(model.run.history.step):
            child = _child("Training history")
            child.setData(0, _SELECTION, Selection(model.path, "history"))
            top.addChild(child)
        return top

    def _show_selection(self) -> None:
        if len(self.tree.selectedItems()) > 1:
            return  # the user is choosing what to compare
        self.tree.blockSignals(True)
        self.tree.setCurrentItem(None)  # type: ignore[arg-type]
        for item in self._items():
            if item.data(0, _SELECTION) == self._session.selection:
                self.tree.setCurrentItem(item)
        self.tree.blockSignals(False)

    def _items(self) -> list[QTreeWidgetItem]:
        tops = [self.tree.topLevelItem(i) for i in range(self.tree.topLevelItemCount())]
        return [top.child(i) for top in tops if top for i in range(top.childCount())]

    def _show_loading(self) -> None:
        names = ", ".join(path.name for path in self._session.loading)
        self.loading.setText(f"Reading {names}…" if names else "")
        self.loading.setVisible(bool(names))

    def _chosen(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        if len(self.tree.selectedItems()) > 1:
            return
        selection = item.data(0, _SELECTION)
        if isinstance(selection, Selection):
            self._session.comparing = False
            self._session.select(selection)
        elif item.childCount():
            self.tree.setCurrentItem(item.child(0))

    def _menu(self, position: QPoint) -> None:
        item = self.tree.itemAt(position)
        if item is None:
            return
        top = item.parent() or item
        first = top.child(0)
        selection = first.data(0, _SELECTION) if first is not None else None
        if not isinstance(selection, Selection):
            return
        menu = QMenu(self)
        chosen = self._chosen_surfaces(item)
        words = f"Compare {len(chosen)} surfaces" if len(chosen) > 1 else "Compare"
        compare = menu.addAction(words)
        compare.setEnabled(bool(chosen))
        compare.triggered.connect(lambda: self.compare_requested.emit(chosen))
        close = menu.addAction(f"Close {selection.path.name}")
        close.triggered.connect(lambda: self._session.close_file(selection.path))
        menu.popup(self.tree.viewport().mapToGlobal(position))
        menu.aboutToHide.connect(menu.deleteLater)

    def _chosen_surfaces(self, clicked: QTreeWidgetItem) -> list[Selection]:
        """The surfaces among the chosen rows, or what was clicked if it is none of them."""
        items = self.tree.selectedItems()
        found = []
        for item in items if clicked in items else [clicked]:
            # A file's own row stands for its first surface.
            rows = (
                [item]
                if item.parent() is not None
                else [item.child(k) for k in range(item.childCount())]
            )
            selections = [row.data(0, _SELECTION) for row in rows]
            surfaces = [s for s in selections if isinstance(s, Selection) and s.kind == "surface"]
            found += [s for s in surfaces[:1] if s not in found]
        return found


def _child(text: str) -> QTreeWidgetItem:
    # An empty icon as the indentation: with the tree's own, only a part of a row is highlighted.
    item = QTreeWidgetItem([text])
    blank = QPixmap(2, 2)
    blank.fill(Qt.GlobalColor.transparent)
    item.setIcon(0, QIcon(blank))
    return item
