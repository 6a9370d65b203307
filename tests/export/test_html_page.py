"""The page with the 3D view: complete in itself, and text from the file stays text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from landscape_gui.export.html_page import json_for_html, page
from landscape_gui.export.points import known
from landscape_gui.specs import UserError


class Elements(HTMLParser):
    """Tags, attributes, and the text of scripts and styles by id or tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("id") or tag

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        self.texts[self._inside] = self.texts.get(self._inside, "") + data


def parsed(record) -> tuple[Elements, dict]:
    surface = next(iter(record.surfaces.values()))
    elements = Elements(page(record, surface, "train_loss").decode())
    return elements, json.loads(elements.texts["data"])


def test_the_page_needs_nothing_from_elsewhere(whole):
    elements, _ = parsed(whole)
    for _, attributes in elements.tags:
        assert not {"src", "href", "srcset", "action"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
    written = elements.texts["script"] + elements.texts["style"]
    assert not re.search(r"https?:|//[a-z]|@import|url\(|fetch\(|XMLHttp|eval\(", written)


def test_the_policy_lets_only_the_pages_own_script_run(whole):
    elements, _ = parsed(whole)
    policy = next(
        a["content"]
        for tag, a in elements.tags
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    for kind in ("script", "style"):
        digest = hashlib.sha256(elements.texts[kind].encode()).digest()
        assert f"{kind}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_text_of_the_file_stays_text(whole, hostile):
    quiet, _ = parsed(whole)
    elements, data = parsed(hostile)
    assert [tag for tag, _ in elements.tags] == [tag for tag, _ in quiet.tags]
    assert data["run"]["name"] == hostile.run.name
    assert data["surfaces"][0]["axis2"] == hostile.run.name
    assert hostile.run.name in elements.texts["title"]
    # Nowhere does the script write markup.
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write", elements.texts["script"]
    )


def test_json_cannot_end_its_element():
    nasty = {"a": "</script><!--\u2028&\ud800"}
    text = json_for_html(nasty)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["a"].startswith("</script><!--\u2028&")


def test_the_data_are_those_of_the_file(estimated):
    _, data = parsed(estimated)
    surface = estimated.surfaces["full-random0"]
    found = data["surfaces"][0]
    assert found["alpha"] == list(surface.alpha)
    for metric in surface.values:
        known_, got = known(surface, metric), found["metrics"][metric]
        values = np.frombuffer(base64.b64decode(got["value"]), "<f4").reshape(21, 21)
        assert np.array_equal(values, known_.values.astype("f4"))
        kinds = np.frombuffer(base64.b64decode(got["kind"]), "u1").reshape(21, 21)
        assert np.array_equal(kinds, known_.kinds)
    assert ["Measured", f"{(surface.order >= 0).sum()} of 441"] in found["facts"]
    assert set(found["paths"]) == {"plane", "deviation"}


def test_what_is_not_finite_is_null_or_nan_and_nothing_measured_is_left_out(whole):
    surface = whole.surfaces["full-random0"]
    values = surface.values["dev_error"] * np.nan
    odd = replace(surface, values=surface.values | {"dev_error": values})
    empty = replace(whole.surfaces["low-random0"], order=np.full_like(surface.order, -1))
    _, data = parsed(replace(whole, surfaces={odd.name: odd, empty.name: empty}))
    assert [item["name"] for item in data["surfaces"]] == ["full-random0"]
    assert set(data["surfaces"][0]["metrics"]) == {"train_loss", "train_error", "dev_loss"}
    with pytest.raises(UserError, match="Nothing of dev_error"):
        page(whole, odd, "dev_error")
