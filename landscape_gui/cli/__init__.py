"""The terminal: every job that the window can start, without the window.

Exit codes: 0 done, 1 failed with a message, 2 a usage error, 130 stopped by the user.
"""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``landscape-gui``; returns the exit code."""
    _print_whatever_comes()
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
    from landscape_gui.markup import printable_lines
    from landscape_gui.specs import UserError

    if not given or (given[0] not in COMMANDS and not given[0].startswith("-")):
        given = ["window", *given]  # files, or nothing: open the window
    try:
        parsed = build_parser().parse_args(given)
        return parsed.run(parsed)
    except UserError as error:
        print(f"landscape-gui: {printable_lines(error.message)}", file=sys.stderr)
        if error.hint:
            print(f"  {printable_lines(error.hint)}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        raise
    except OSError as error:  # e.g. a name that is longer than names may be
        logging.getLogger(__name__).debug("Nobody put this in words.", exc_info=error)
        print(f"landscape-gui: {printable_lines(_in_words(error))}", file=sys.stderr)
        return 1


def _in_words(error: OSError) -> str:
    reason = error.strerror or str(error) or type(error).__name__
    return f"{reason}." if error.filename is None else f"{error.filename}: {reason}."


def _print_whatever_comes() -> None:
    """Let a name that is not UTF-8 be printed with a mark in it, not end the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def window_main() -> int:
    """Run ``landscape-gui-window``: the arguments are files to open."""
    return main(["window", *sys.argv[1:]])
