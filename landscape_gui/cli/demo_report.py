"""What the demo leaves beside its files: pictures, and a page of text on the terminal."""

from __future__ import annotations

import json
from pathlib import Path

from landscape_gui.cli.summary import as_json, summarise
from landscape_gui.store.landscape_file import read_landscape


def can_report(out: Path) -> bool:
    """Whether the demo got as far as both landscapes: its window can be closed before that."""
    from landscape_gui.engine.demo import settings

    files = [setting.file for setting in settings(out)]
    return all(file.exists() and read_landscape(file).rollback for file in files)


def leave_report(out: Path, *, json_output: bool, said: bool) -> None:
    """Draw the demo's pictures into ``out`` and say what is where.

    Parameters
    ----------
    said
        The comparison was said already, as the job's last words.
    """
    from landscape_gui.engine.demo import comparison, settings
    from landscape_gui.figures.making import write_figure
    from landscape_gui.figures.spec import FigureSpec, Source

    chosen = settings(out)
    records = [read_landscape(setting.file) for setting in chosen]
    both = tuple(Source(file=setting.file) for setting in chosen)
    titles = tuple(setting.title for setting in chosen)
    pictures = {
        "surfaces-train-loss.png": FigureSpec(kind="landscape", sources=both, titles=titles),
        "surfaces-dev-error.png": FigureSpec(
            kind="landscape", sources=both, titles=titles, metric="dev_error"
        ),
        "curves-train-loss.png": FigureSpec(kind="curve", sources=both),
        "history.png": FigureSpec(kind="history", sources=both),
        "rollback.png": FigureSpec(kind="rollback", sources=both[:1]),
    }
    for name, spec in pictures.items():
        write_figure(spec, out / name)
    if json_output:
        summaries = {setting.init: summarise(r) for setting, r in zip(chosen, records, strict=True)}
        whole = {"out": str(out), "pictures": sorted(pictures)} | summaries
        print(json.dumps(json.loads(as_json(whole)), indent=2, ensure_ascii=False))
        return
    if not said:
        print("\n".join([*comparison(out), ""]))
    print(f"Files in {out}/:")
    for path in sorted([*(setting.file for setting in chosen), *(out / p for p in pictures)]):
        print(f"  {path.name}")
    print("  runs/")
    print(f"\nLook at them with:  landscape-gui {chosen[0].file} {chosen[1].file}")
