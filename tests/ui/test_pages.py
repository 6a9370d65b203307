"""The pages of a landscape file, also of one that has nothing for them."""


def test_a_page_is_shown_where_its_file_has_nothing_for_it(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    model = window.session.model
    for kind, name in [key for key in model.plots if key[0] == "curve"]:
        del model.plots[kind, name]
    window.main.menus.page_actions["curve"].trigger()
    assert window.main.pages.currentWidget() is window.main.curves_page
    assert window.main.header.subtitle.text() == "No curve yet"
    window.main.menus.page_actions["surface"].trigger()
    assert window.session.plot.kind == "surface"


def test_the_menus_offer_on_each_page_what_does_something_there(window, tmp_path, open_file):
    """What is offered in vain changes unseen what other pages show."""
    menus = window.main.menus
    choices = {
        "metric": menus.metric_actions["dev_error"],
        "trajectory": menus.trajectory_action,
        "scale": menus.log_action,
    }

    def offered() -> set[str]:
        return {name for name, action in choices.items() if action.isEnabled()}

    assert offered() == set(), "nothing is open"
    open_file(window, tmp_path / "a.landscape.h5")
    expected = {
        "curve": {"metric"},
        "history": set(),
        "compare": {"scale"},
        "surface": {"metric", "trajectory", "scale"},
    }
    show = window.main.trajectory_panel.show_box
    for page, wanted in expected.items():
        menus.page_actions[page].trigger()
        assert offered() == wanted, page
        assert show.isVisible() == (page != "compare"), page
        assert show.isEnabled() == ("trajectory" in wanted) or not show.isVisible(), page


def test_what_is_greyed_out_on_compare_stays_as_it_is(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    menus, session = window.main.menus, window.session
    menus.page_actions["compare"].trigger()
    menus.metric_actions["dev_error"].trigger()
    menus.trajectory_action.trigger()
    assert session.metric == "train_loss"
    assert session.show_trajectory
    menus.log_action.trigger()
    assert session.value_scale == "log"
    assert all(panel.picture.scene.scale == "log" for panel in window.main.compare_page.panels)


def test_long_values_have_the_room_that_short_names_leave(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    facts = dict(window.main.facts_panel.facts())
    shown = {name.text(): value for name, value in window.main.facts_panel._labels}
    for name in ("Start", "Fine-tuned"):
        assert "±" in facts[name]
        assert shown[name].shown_text() == facts[name]
