"""What text becomes in LaTeX and Markdown."""

from __future__ import annotations

import pytest

from landscape_gui.markup import latex_text, markdown_text, printable, printable_lines


def test_latex_prints_what_would_be_a_command():
    assert latex_text("a_b&c%\\x{}$^~#") == (
        r"a\_b\&c\%\textbackslash{}x\{\}\$\textasciicircum{}\textasciitilde{}\#"
    )
    assert latex_text("‖δ1‖ ± 2, 0–1") == r"$\|\delta_1\|$\,$\pm$\,2, 0--1"
    assert latex_text("ε ≤ Ω → ∞") == r"$\varepsilon$ $\leq$ $\Omega$ $\to$ $\infty$"


def test_markdown_shows_what_would_be_markup():
    assert markdown_text("a_b|c\nd") == "a\\_b\\|c d"
    assert markdown_text("[x](y) <b> `c` {d}") == r"\[x\](y) \<b\> \`c\` \{d\}"


@pytest.mark.parametrize("escaped", [latex_text, markdown_text])
def test_nothing_invisible_is_passed_on(escaped):
    assert "\u2028" not in escaped("a\u2028b\x00")
    assert "\n" not in escaped("a\nb")


def test_a_line_holds_nothing_that_is_obeyed():
    assert printable("a\x1b[31mb\x9b\x00") == "a\ufffd[31mb\ufffd\ufffd"
    assert printable("a\nb\u2028c\td") == "a b c d"
    assert printable("x\udcff\u202ey") == "x\ufffd\ufffdy"
    assert printable_lines("a\x07\nb") == "a\ufffd\nb"


@pytest.mark.parametrize("text", ["θ–1 “ü” 日本", "no\xa0break", "می\u200cخواهم", "👩\u200d🔬"])
def test_text_of_any_language_stays_itself(text):
    assert printable(text) == text
