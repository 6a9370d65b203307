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


def test_long_values_have_the_room_that_short_names_leave(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    facts = dict(window.main.facts_panel.facts())
    shown = {name.text(): value for name, value in window.main.facts_panel._labels}
    for name in ("Start", "Fine-tuned"):
        assert "±" in facts[name]
        assert shown[name].shown_text() == facts[name]
