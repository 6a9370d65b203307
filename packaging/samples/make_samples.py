"""Makes ``resources/samples`` from landscape files that a study measured.

Run: ``python packaging/samples/make_samples.py --model NAME --prefix PREFIX FILE…``, in the order
in which the samples are to be listed. A sample says what its file says, without paths, names of
machine and user, and results of single examples; checked before it takes its place. The list of
samples is written anew: give all of them.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from checking import check_sample, check_whole
from neutral_copy import neutral_copy

from landscape_gui.figures.titles import SETTINGS, task_title
from landscape_gui.specs import UserError
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.store.records import LandscapeRecord

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
SUFFIX = ".landscape.h5"


def make_sample(source: Path, out: Path, model: str) -> LandscapeRecord:
    """Write one sample.

    Raises
    ------
    ValueError
        If the source is not finished, or the sample would tell of this machine.
    """
    record = read_landscape(source)
    check_whole(record)
    draft = out.with_name(f"draft-{out.name}")
    try:
        draft.write_bytes(neutral_copy(source, model))
        check_sample(draft, record)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return read_landscape(out)


def row_of(path: Path, record: LandscapeRecord) -> dict[str, str]:
    """What the welcome page says of a sample."""
    run = record.run
    setting = SETTINGS.get(run.init, run.init)
    return {
        "file": path.name,
        "title": f"{task_title(run)}, {setting}",
        "description": f"{run.model}: {', '.join(_parts(record))}",
    }


def _epochs(record: LandscapeRecord) -> str:
    last = record.run.checkpoints[-1].epoch
    return "1 epoch" if last == 1 else f"{last:g} epochs"


def told_apart(rows: Sequence[dict[str, str]], records: Sequence[LandscapeRecord]) -> None:
    """Add the epochs to titles that several samples have."""
    titles = Counter(row["title"] for row in rows)
    for row, record in zip(rows, records, strict=True):
        if titles[row["title"]] > 1:
            row["title"] += f", {_epochs(record)}"


def _parts(record: LandscapeRecord) -> list[str]:
    whole = [surface for surface in record.surfaces.values() if not surface.group]
    parts = [f"{len(s.alpha)} × {len(s.beta)} points" for s in whole if not s.part_of][:1]
    groups = [surface.group for surface in record.surfaces.values() if surface.group]
    if groups:
        parts.append(f"{len(groups)} layer group{'s' if len(groups) > 1 else ''}")
    parts += ["curve"] if record.curves else []
    parts += ["rollback"] if record.rollback is not None else []
    parts += ["curvature"] if record.hessian is not None else []
    return parts


def main() -> int:
    """Make what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--model", required=True, help="what the model is called")
    parser.add_argument("--prefix", default="", help="before the files' names, as minilm-")
    parser.add_argument("--out", type=Path, default=SAMPLES)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, str]] = []
    records: list[LandscapeRecord] = []
    for source in arguments.files:
        out = arguments.out / f"{arguments.prefix}{source.name.removesuffix(SUFFIX)}{SUFFIX}"
        try:
            record = make_sample(source, out, arguments.model)
        except (UserError, ValueError) as error:
            print(f"{source}: {error}", file=sys.stderr)
            return 1
        content = out.read_bytes()
        packed = len(zlib.compress(content, 9))
        print(f"{out.name}: {len(content) / 1e3:.0f} kB, {packed / 1e3:.0f} kB compressed")
        rows.append(row_of(out, record))
        records.append(record)
    told_apart(rows, records)
    index = json.dumps(rows, indent=2, ensure_ascii=False)
    (arguments.out / "index.json").write_text(index + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
