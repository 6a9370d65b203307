"""From files to a report's document."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import landscape_gui
from landscape_gui.figures.report.basin_claim import Tolerated
from landscape_gui.figures.report.basin_section import curvature_section, width_section
from landscape_gui.figures.report.claims import Claims, claims_of
from landscape_gui.figures.report.document import Block, Document, Paragraph, Section, Table
from landscape_gui.figures.report.layers_section import agreement_section, layers_section
from landscape_gui.figures.report.overview import overview_section
from landscape_gui.figures.report.path_section import descent_section, late_section
from landscape_gui.store.places import model_name
from landscape_gui.store.records import LandscapeRecord

# Pictures of one file, or of several together; none where nobody wants them.
Draw = Callable[[Sequence[LandscapeRecord]], Sequence[Block]]


def build_document(
    records: Sequence[LandscapeRecord],
    tolerated: Tolerated | None = None,
    draw: Draw | None = None,
) -> tuple[Document, tuple[Claims, ...]]:
    """Everything that a report says, and the claims it rests on.

    Parameters
    ----------
    draw
        Makes the pictures.

    Raises
    ------
    ValueError
        If there is no file.
    """
    if not records:
        raise ValueError("a report is about one file or more")
    every = tuple(claims_of(record, tolerated) for record in records)
    titles = titles_of(records)
    sections = [overview_section(every, titles)]
    if draw is not None:
        pictures = tuple(draw(records))
        if pictures:
            sections.append(Section("Pictures", pictures, level=2))
    for claims, title in zip(every, titles, strict=True):
        sections += _file_sections(claims, title)
    names = ", ".join(titles)
    facts = (f"Landscape GUI {landscape_gui.__version__}", *(r.path.name for r in records))
    return Document(f"Loss landscape report: {names}", facts, tuple(sections)), every


def titles_of(records: Sequence[LandscapeRecord]) -> list[str]:
    """Names of the runs, with their files where two have the same."""
    names = [record.run.name for record in records]
    if len(set(names)) == len(names):
        return names
    files = [record.path.name.removesuffix(".landscape.h5") for record in records]
    return [f"{name} ({file})" for name, file in zip(names, files, strict=True)]


def _file_sections(claims: Claims, title: str) -> list[Section]:
    head: list[Block] = [
        Paragraph(f"Not to be trusted: {problem}") for problem in claims.record.problems
    ]
    return [
        Section(title, tuple(head), level=2),
        width_section(claims),
        curvature_section(claims),
        descent_section(claims),
        late_section(claims),
        agreement_section(claims),
        layers_section(claims),
        _provenance(claims),
    ]


def _provenance(claims: Claims) -> Section:
    record, run = claims.record, claims.record.run
    start = {"pretrained": "fine-tuned", "scratch": "trained from scratch"}.get(run.init, run.init)
    rows = [
        ("file", record.path.name),
        ("SHA-256 of its content", claims.content_sha256),
        ("run", f"{run.name}: {model_name(run.model)} on {run.task or 'an unnamed task'}, {start}"),
        ("checkpoints", f"{len(run.checkpoints)}, the start point included"),
    ]
    for index in (0, -1):
        point = run.checkpoints[index] if run.checkpoints else None
        if point is not None:
            rows.append((f"SHA-256 of {'θ0' if index == 0 else 'θ1'}", point.sha256))
    for kind, targets in (("surface", record.surfaces), ("curve", record.curves)):
        for name, target in targets.items():
            rows.append((f"{kind} {name}", _target_words(target)))
    if record.hessian is not None:
        rows.append(("Hessian", _spec_words(record.hessian.spec)))
    if record.rollback is not None:
        rows.append(("rollback", _spec_words(record.rollback.spec)))
    return Section("Provenance", (Table(("what", "value"), tuple(rows), last_in_words=True),))


def _target_words(target: object) -> str:
    order = getattr(target, "order", None)
    spec = getattr(target, "spec", {})
    measured = "" if order is None else f"{int((order >= 0).sum())} of {order.size} points measured"
    notes = getattr(target, "notes", {})
    precision = notes.get("precision")
    chosen = precision.get("chosen") if isinstance(precision, dict) else None
    words = [measured, _spec_words(spec), f"in {chosen}" if isinstance(chosen, str) else ""]
    return ", ".join(word for word in words if word)


def _spec_words(spec: dict[str, object]) -> str:
    examples = spec.get("examples")
    if not isinstance(examples, dict):
        return ""
    parts = [
        f"{'all' if examples.get(split) is None else examples.get(split)} {name}"
        for split, name in (("train", "training"), ("dev", "development"))
    ]
    return f"{' and '.join(parts)} examples, seed {examples.get('seed', 0)}"
