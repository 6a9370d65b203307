"""The terminal: every job that the window can start, without the window.

Exit codes: 0 done, 1 failed with a message, 2 a usage error, 130 stopped by the user.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``landscape-gui``; returns the exit code."""
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:  # while nothing was under way yet that had to be put in order
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output went away, e.g. head
        sys.stderr.close()
        return 1


def _run(given: list[str]) -> int:
    # Imported in here, so that Ctrl-C meanwhile gives no traceback either.
    from landscape_gui.cli.commands import COMMANDS
    from landscape_gui.cli.parser import build_parser
    from landscape_gui.specs import UserError

    if not given or (given[0] not in COMMANDS and not given[0].startswith("-")):
        given = ["window", *given]  # files, or nothing: open the window
    parsed = build_parser().parse_args(given)
    try:
        return parsed.run(parsed)
    except UserError as error:
        print(f"landscape-gui: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return 1


def window_main() -> int:
    """Run ``landscape-gui-window``: the arguments are files to open."""
    return main(["window", *sys.argv[1:]])
