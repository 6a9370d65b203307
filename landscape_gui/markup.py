"""Text in LaTeX, in Markdown and on a line: whatever it says, it stays text."""

from __future__ import annotations

import re
import unicodedata

# What TeX takes for a command of its own, outside of comments.
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "±": r"$\pm$",
    "×": r"$\times$",
    "\N{MINUS SIGN}": r"$-$",
    "\N{EN DASH}": "--",
    "‖": r"$\|$",
    "²": "$^2$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "→": r"$\to$",
    "∞": r"$\infty$",
    "…": r"\dots{}",
    "₁": "$_1$",
    "₂": "$_2$",
    "\n": " ",
    "\r": " ",
}
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "ς": "varsigma", "σ": "sigma", "τ": "tau", "υ": "upsilon",
    "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega",
}  # fmt: skip
_LATEX |= {letter: rf"$\{name}$" for letter, name in _GREEK.items()}
_FORMULAS = {
    "‖δ1‖²": r"$\|\delta_1\|^2$",
    "‖δ1‖": r"$\|\delta_1\|$",
    "‖δ2‖": r"$\|\delta_2\|$",
    "cos(δ1, δ2)": r"$\cos(\delta_1, \delta_2)$",
    " ± ": r"\,$\pm$\,",
}
_SPLIT = re.compile("(" + "|".join(map(re.escape, _FORMULAS)) + ")")
# Unseen, but words of some languages are not themselves without them.
_JOINERS = "\u200c\u200d"
# What begins markup in CommonMark or its tables, HTML included.
_MARKDOWN = "\\`*_{}[]<>#|~$&!"


def latex_text(text: str) -> str:
    """Text such that LaTeX prints it and does nothing else with it."""
    return "".join(
        _FORMULAS.get(part) or "".join(_LATEX.get(c, c) for c in part if _printable(c))
        for part in _SPLIT.split(text)
    )


def markdown_text(text: str) -> str:
    """Text such that Markdown shows it and does nothing else with it."""
    flat = "".join(c if _printable(c) and c not in "\r\n" else " " for c in text)
    return "".join(f"\\{c}" if c in _MARKDOWN else c for c in flat)


def printable(text: str) -> str:
    """Text in one line without what a terminal would obey and no XML may hold.

    Such characters, half of a surrogate pair among them, become U+FFFD, or a space where they only
    part words.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _instead_of(c) for c in text)


def printable_lines(text: str) -> str:
    """As ``printable``, but lines stay lines."""
    return "\n".join(map(printable, text.split("\n")))


def _instead_of(character: str) -> str:
    if character in "\t\r\n" or unicodedata.category(character) in ("Zl", "Zp"):
        return " "
    if unicodedata.category(character) == "Zs" or character in _JOINERS:
        return character
    return "\N{REPLACEMENT CHARACTER}"


def _printable(character: str) -> bool:
    return character.isprintable() or character in "\r\n"
