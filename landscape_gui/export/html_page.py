"""A page of its own with a 3D view: opens from disk, without a network, in any recent browser."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from typing import Any

from landscape_gui import __version__
from landscape_gui.export.points import require_metric
from landscape_gui.export.view_data import view_data
from landscape_gui.resource_files import resource
from landscape_gui.store.records import LandscapeRecord, SurfaceRecord

# In this order they make one script.
SCRIPTS = (
    "numbers.js",
    "field.js",
    "camera.js",
    "shaders.js",
    "renderer.js",
    "frame.js",
    "overlay.js",
    "controls.js",
    "main.js",
)


def page(record: LandscapeRecord, surface: SurfaceRecord, metric: str) -> bytes:
    """The page as UTF-8.

    Text from the file is escaped, and the page's policy lets nothing run but its own script.
    """
    require_metric(surface, metric, record)
    run = record.run
    title = " – ".join(part for part in (run.name, run.task, "loss landscape") if part)
    script, style = viewer_script(), _read("viewer.css")
    filled = {
        "policy": html.escape(_policy(script, style)),
        "title": html.escape(title),
        "generator": f"Landscape GUI {__version__}",
        "style": style,
        "data": json_for_html(view_data(record, surface, metric)),
        "maps": _read("colormaps.json").strip(),
        "script": script,
    }
    text = _read("viewer.html")
    parts = text.split("{{")
    found = [parts[0]]
    for part in parts[1:]:
        # One pass: what is filled in is not looked through again.
        name, rest = part.split("}}", 1)
        found += [filled[name], rest]
    return "".join(found).encode("utf-8", "replace")


def viewer_script() -> str:
    """The whole script, which is strict and leaves no global names."""
    body = "\n".join(_read(name) for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{body}\n}})();\n'


def json_for_html(value: Any) -> str:
    """Strict JSON that cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    # A lone surrogate, which a damaged name may hold, has no UTF-8.
    return text.encode("utf-8", "replace").decode()


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _read(name: str) -> str:
    return resource("viewer", name).read_text(encoding="utf-8")
