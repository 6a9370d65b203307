"""The comparison in the real window, without OpenGL: contours, linking, scales, figures."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, QSizeF
from PySide6.QtWidgets import QMenu

from landscape_gui.ui.compare.board import best_columns
from landscape_gui.ui.compare.items import Contrast, Missing, Source
from landscape_gui.ui.scene import Limits


@pytest.fixture
def compare(window, tmp_path, open_file, qtbot):
    """The window comparing a fine-tuned run with one from scratch."""
    open_file(window, tmp_path / "mrpc-scratch.landscape.h5")
    open_file(window, tmp_path / "mrpc-tuned.landscape.h5")
    window.main.compare.begin()
    qtbot.waitUntil(lambda: all(p.picture is not None for p in panels(window)))
    return window


def panels(window):
    return window.main.compare_page.panels


def menu_texts(button):
    menu: QMenu = button.menu()
    menu.aboutToShow.emit()
    return [action for action in menu.actions() if not action.isSeparator()]


def test_begins_with_what_is_looked_at_and_its_counterpart(compare):
    titles = [panel.picker.surface_button.full_text for panel in panels(compare)]
    assert titles == ["mrpc-tuned", "mrpc-scratch"]
    assert [panel.subtitle.text() for panel in panels(compare)] == [
        "MRPC, fine-tuned  ·  whole model, β: random 0",
        "MRPC, from scratch  ·  whole model, β: random 0",
    ]
    assert compare.main.pages.currentWidget() is compare.main.compare_page
    assert compare.main.header.title.text() == "Compare"
    assert "right" not in compare.main.side_panels.shown()


def test_one_open_file_is_compared_with_its_own_development_error(window, tmp_path, open_file):
    open_file(window, tmp_path / "alone.landscape.h5")
    window.main.header.pages.buttons["compare"].click()
    items = window.session.comparison.items
    assert [item.metric for item in items] == ["train_loss", "dev_error"]
    assert set(window.main.compare_page.bars) == {"loss", "error"}, "no one scale for both"


def test_the_cursor_goes_both_ways_and_is_read_out_everywhere(compare):
    first, second = panels(compare)
    for source in (first, second):
        source.contour.cursor_moved.emit((0.4, -1.2))
        for panel in (first, second):
            assert panel.contour.plot.cross_hair == (0.4, -1.2)
            scene = panel.picture.scene
            j, i = np.abs(scene.beta + 1.2).argmin(), np.abs(scene.alpha - 0.4).argmin()
            assert f"{scene.height[j, i]:.4f}"[:5] in panel.read_out.text()
            assert "measured" in panel.read_out.text()
        source.contour.cursor_moved.emit(None)
        assert second.contour.plot.cross_hair is None
    compare.session.comparison.linked = False
    first.contour.cursor_moved.emit((1.0, 1.0))
    assert first.contour.plot.cross_hair == (1.0, 1.0)
    assert second.contour.plot.cross_hair is None


def test_maps_are_zoomed_together_while_they_are_linked(compare):
    first, second = (panel.contour.plot for panel in panels(compare))
    middle = first.plot_rect.center()
    first.zoom_to(QRectF(middle, QSizeF(60, 60)))
    assert second.shown == first.shown
    assert not second.at_home()
    compare.main.compare_page._add_panel()
    compare.session.view_changed.emit()
    assert panels(compare)[2].contour.plot.shown == pytest.approx(first.shown)
    second.reset_view()
    assert first.at_home()
    compare.session.comparison.linked = False
    first.zoom_to(QRectF(middle, QSizeF(60, 60)))
    assert second.at_home()


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 2), (6, 3)])
def test_panels_leave_no_hole_where_that_costs_no_size(count, columns):
    assert best_columns(count, QSize(1090, 730)) == columns


def test_one_scale_for_all_or_one_each(compare):
    page, comparison = compare.main.compare_page, compare.session.comparison
    first, second = panels(compare)
    comparison.replace(1, Source(comparison.items[1].path, "low-random0", "train_loss"))
    assert first.limits == second.limits == page.bars["loss"].limits
    assert first.contour.plot.limits == second.contour.plot.limits
    assert "98th percentile" in page.words.text()
    assert not first.bar.isVisible()
    comparison.shared = False
    assert first.limits != second.limits
    assert page.bars == {}
    assert first.bar.isVisible()
    assert first.bar.limits == first.limits
    first.bar.limits_changed.emit(Limits(0.1, 0.5))
    assert first.contour.plot.limits == Limits(0.1, 0.5)
    assert second.limits != Limits(0.1, 0.5)


def test_the_shared_bar_moves_all_panels_until_double_clicked(compare):
    page = compare.main.compare_page
    automatic = page.bars["loss"].limits
    page.bars["loss"].limits_changed.emit(Limits(0.2, 0.6))
    assert [p.contour.plot.limits for p in panels(compare)] == [Limits(0.2, 0.6)] * 2
    assert "set by hand" in page.words.text()
    assert any("reaches" in p.notes.text() for p in panels(compare))
    page.bars["loss"].auto_requested.emit()
    assert [p.contour.plot.limits for p in panels(compare)] == [automatic] * 2


def test_a_difference_has_a_diverging_scale_about_zero(compare):
    compare.main.menus.compare_difference.emit()
    panel = panels(compare)[2]
    assert isinstance(panel.item, Contrast)
    assert panel.picker.surface_button.full_text == "mrpc-tuned − mrpc-scratch"
    assert panel.limits.low == -panel.limits.high
    assert panel.contour.plot.color_map == "CET-D1"
    assert panels(compare)[0].contour.plot.color_map == "viridis"
    assert set(compare.main.compare_page.bars) == {"loss", "loss difference"}
    swap = next(a for a in menu_texts(panel.picker.surface_button) if a.text().startswith("Swap"))
    before = panel.picture.scene.height
    swap.trigger()
    np.testing.assert_array_equal(panel.picture.scene.height, -before)


def test_pickers_offer_every_open_surface_and_metric(compare):
    panel = panels(compare)[0]
    surfaces = menu_texts(panel.picker.surface_button)
    names = [a.text() for a in surfaces]
    assert len(names) == 6
    assert [a.isChecked() for a in surfaces].count(True) == 1
    surfaces[names.index("layers low, β: random 0")].trigger()
    assert compare.session.comparison.items[0].name == "low-random0"
    metrics = menu_texts(panel.picker.metric_button)
    assert [a.text() for a in metrics] == ["Train loss", "Train error", "Dev loss", "Dev error"]
    metrics[3].trigger()
    assert panel.picture.metric_title == "development error"
    assert panel.picker.metric_button.full_text == "Dev error"


def test_panels_are_added_up_to_four_and_removed(compare, qtbot):
    page = compare.main.compare_page
    page.toolbar.add.click()
    page.toolbar.add.click()
    assert len(panels(compare)) == 4
    assert not page.toolbar.add.isEnabled()
    shown = compare.session.comparison.items
    assert len(set(shown)) == 4, "each shows something else"
    panels(compare)[1].remove.click()
    assert compare.session.comparison.items == (shown[0], *shown[2:])
    while len(panels(compare)) > 1:
        panels(compare)[0].remove.click()
    assert not panels(compare)[0].remove.isVisible()


def test_a_figure_says_what_is_missing(window, tmp_path, open_file):
    open_file(window, tmp_path / "mrpc-tuned.landscape.h5")
    open_file(window, tmp_path / "rte-scratch.landscape.h5")
    window.main.menus.figure.emit("1")
    page = window.main.compare_page
    assert len(page.panels) == 4
    assert window.main.header.subtitle.text().startswith("Figure 1")
    assert page.words.text().startswith("Not open: MRPC from scratch, RTE fine-tuned.") or (
        page.words.text().startswith("Not open: RTE fine-tuned, MRPC from scratch.")
    )
    empty = next(p for p in page.panels if isinstance(p.item, Missing))
    assert "No open file" in empty.message.text()
    assert page.legend.isVisible()
    window.main.menus.figure.emit("7")
    assert len(page.panels) == 6


def test_a_figure_without_anything_to_show_is_a_message(window, tmp_path, open_file):
    open_file(window, tmp_path / "estimated.landscape.h5")
    window.session.landscapes.clear()
    window.main.compare.show_figure("7")
    assert "Figure 7" in window.main.messages.message.text()


def test_chosen_rows_of_the_tree_are_compared(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    open_file(window, tmp_path / "b.landscape.h5")
    tree = window.main.landscapes_panel.tree
    tops = [tree.topLevelItem(k) for k in range(2)]
    tree.setCurrentItem(tops[0].child(0))
    tops[1].child(1).setSelected(True)
    assert len(tree.selectedItems()) == 2
    window.main.landscapes_panel._menu(tree.visualItemRect(tops[1].child(1)).center())
    menu = window.main.landscapes_panel.findChildren(QMenu)[-1]
    action = menu.actions()[0]
    assert action.text() == "Compare 2 surfaces"
    action.trigger()
    menu.close()
    assert [(i.path.name, i.name) for i in window.session.comparison.items] == [
        ("a.landscape.h5", "full-random0"),
        ("b.landscape.h5", "low-random0"),
    ]
    assert window.session.comparing
    tree.clearSelection()
    tree.setCurrentItem(tops[1].child(0))
    assert not window.session.comparing, "choosing one row looks at it"


def test_closing_a_file_takes_its_panels_away(compare):
    path = compare.session.comparison.items[1].path
    compare.session.close_file(path)
    assert [p.picker.surface_button.full_text for p in panels(compare)] == ["mrpc-tuned"]


@pytest.mark.parametrize(
    "begin",
    [
        lambda window: window.main.compare.begin(),
        lambda window: window.main.header.pages.buttons["compare"].click(),
    ],
)
def test_a_file_opened_again_is_compared_again(compare, open_file, begin):
    left, path = (compare.session.comparison.items[k] for k in (1, 0))
    compare.session.close_file(path.path)
    compare.session.comparing = False
    open_file(compare, path.path)
    begin(compare)
    assert compare.session.comparison.items == (left, path), "that left, and that looked at"
    assert compare.main.compare_page.toolbar.difference.isEnabled()
    compare.main.compare.begin()
    assert len(compare.session.comparison.items) == 2


def test_where_the_one_left_is_looked_at_another_joins_it(compare):
    page, session = compare.main.compare_page, compare.session
    session.metric = "dev_loss"
    page.panels[1].remove.click()
    (left,) = session.comparison.items
    assert left.path == session.model.path
    compare.main.compare.begin()
    assert session.comparison.items[0] == left
    assert session.comparison.items[1].path != left.path
    assert session.comparison.items[1].metric == left.metric


def test_a_difference_alone_stays_alone(compare):
    comparison = compare.session.comparison
    contrast = Contrast(*comparison.items)
    comparison.set_items([contrast])
    compare.main.compare.begin()
    assert comparison.items == (contrast,)


def test_panels_out_of_sight_are_drawn_when_they_come_into_it(window, tmp_path, open_file, qtbot):
    for name in ("mnli-scratch", "mnli-a", "rte-scratch", "rte-a", "mrpc-scratch", "mrpc-a"):
        open_file(window, tmp_path / f"{name}.landscape.h5")
    window.main.resize(900, 420)
    window.main.compare.show_figure("1")
    page = window.main.compare_page
    qtbot.waitUntil(lambda: page.panels[0].picture is not None)
    hidden = [p for p in page.panels if p.visibleRegion().isEmpty()]
    assert hidden
    assert all(p.picture is None for p in hidden)
    bar = page.area.verticalScrollBar()
    bar.setValue(bar.maximum())
    page.area.horizontalScrollBar().setValue(page.area.horizontalScrollBar().maximum())
    qtbot.waitUntil(lambda: page.panels[-1].picture is not None)


def test_points_that_arrive_change_their_panel_only(window, tmp_path, open_file, qtbot):
    open_file(window, tmp_path / "fresh.landscape.h5")
    open_file(window, tmp_path / "whole.landscape.h5")
    window.main.compare.begin()
    first, second = panels(window)
    assert second.picture.scene is None
    assert "measured yet" in second.message.text()
    picture = first.picture
    from fake_jobs import point

    from landscape_gui.engine.events import Target

    path = second.item.path
    target = Target(path, "surface", "full-random0")
    window.session.receive([point(target, n, 441, 21) for n in range(9)])
    qtbot.waitUntil(lambda: second.picture.scene is not None)
    assert second.picture.scene.measured.sum() == 9
    assert first.picture is picture
    assert "9 of 441 points" in second.notes.text()


def test_picture_of_all_panels_has_them_all(compare):
    page = compare.main.compare_page
    image = page.grab_image()
    view = panels(compare)[0].current_view()
    assert image.width() > 2 * 2 * view.width()
    assert image.height() > 2 * view.height()
    before = image.copy()
    compare.session.comparison.replace(
        1, Source(compare.session.comparison.items[1].path, "low-random0", "dev_error")
    )
    assert page.grab_image() != before


def test_theme_reaches_every_panel(compare):
    def lightness(widget):
        image = widget.grab().toImage()
        at = QPoint(image.width() // 2, image.height() - 30)
        return image.pixelColor(at).lightness()

    page = compare.main.compare_page
    before = lightness(page.panels[0])
    compare.main.menus.theme_actions["dark"].trigger()
    assert lightness(page.panels[0]) < before - 60
