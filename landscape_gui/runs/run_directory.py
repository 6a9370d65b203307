"""The directory that a training writes: what may be there before, and what a failure leaves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from landscape_gui.paths import expanded
from landscape_gui.runs.hyper_parameters import resolved_settings
from landscape_gui.runs.run_file import RUN_FILE, RunFile, read_run_file
from landscape_gui.specs import TrainSpec, UserError
from landscape_gui.store.lock import WriterLock

SPACE_HINT = "Check the free space and the permissions; train again to go on from the last epoch."


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Hold a run directory, made if need be, as its only writer.

    Failures to write become a UserError; directories that were only just made go again where
    nothing was kept in them.

    Raises
    ------
    UserError
        If another process trains there, or the directory cannot be written.
    """
    made = [place for place in (out, *out.parents) if not place.exists()]
    lock = WriterLock(out / RUN_FILE)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        try:
            yield
        except Exception:
            _remove_unstarted(out)
            raise
        finally:
            lock.release()
    except Exception as error:
        _remove_empty(made)
        if (meant := _in_words(error, out)) is None:
            raise
        raise meant from error


def earlier_content(spec: TrainSpec) -> RunFile | None:
    """What an earlier call left in ``out``; ``None`` if nothing.

    Raises
    ------
    UserError
        If it is anything but the same training.
    """
    out = spec.out
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file.", "Choose a directory for the run.")
    content = read_run_file(out)
    if content is None:
        if out.is_dir() and not all(_is_ours(path) for path in out.iterdir()):
            raise UserError(
                f"{out} is not empty and holds no run of this program.", "Choose a new directory."
            )
        return None
    wanted = comparable(spec)
    if content.kind != "trained" or content.spec is None:
        raise UserError(f"{out} holds a run that was trained elsewhere.", "Choose a new directory.")
    if different := [key for key in wanted if content.spec.get(key) != wanted[key]]:
        raise UserError(
            f"{out} holds another training: it differs in {', '.join(different)}.",
            "Choose a new directory, or give the same options to go on with that one.",
        )
    return content


def comparable(spec: TrainSpec) -> dict[str, Any]:
    """The spec as JSON-able values, without its place and with every hyper-parameter set."""
    settings = resolved_settings(spec)
    asked = spec.model_dump(mode="json", exclude={"out", "kind"})
    asked |= {name: settings[name] for name in ("epochs", "learning_rate", "batch_size")}
    local = expanded(spec.model)
    return asked | {"model": str(local.resolve()) if local.is_dir() else spec.model}


def remove_strays(out: Path, known: set[str]) -> None:
    """Remove checkpoints that an interrupted call left and ``run.json`` does not name."""
    for path in out.glob("checkpoint-*"):
        if path.name not in known and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)


def require_space(out: Path, needed: int) -> None:
    """Check that so many bytes are free.

    Raises
    ------
    UserError
        If they are not.
    """
    free = shutil.disk_usage(out).free
    if free < needed:
        raise UserError(
            f"The training needs about {needed / 1e9:.1f} GB in {out}, {free / 1e9:.1f} GB are "
            "free.",
            "Free some space, choose another place, or train for fewer epochs.",
        )


def _is_ours(path: Path) -> bool:
    """Whether a file is a lock or a draft of ``run.json`` that a killed process left."""
    return path.name.startswith((f"{RUN_FILE}.", f".{RUN_FILE}."))


def _in_words(error: Exception, out: Path) -> UserError | None:
    if isinstance(error, UserError):
        return None
    text = f"{type(error).__name__}: {error}"
    if "OutOfMemoryError" in text or "not enough memory" in text:
        return UserError(
            "The training does not fit into the memory of the device.",
            "Give a smaller batch size, or shorter examples.",
        )
    # torch and safetensors have exceptions of their own for a failed write.
    known = ("No space left", "os error 28", "PytorchStreamWriter", "unexpected pos")
    if not isinstance(error, OSError) and not any(part in text for part in known):
        return None
    reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
    return UserError(f"{out} cannot be written: {reason}.", SPACE_HINT)


def _remove_unstarted(out: Path) -> None:
    """Remove a run of which not even θ0 was saved: nothing is lost."""
    try:
        content = read_run_file(out)
    except UserError:
        return
    if content is not None and not content.checkpoints:
        (out / RUN_FILE).unlink(missing_ok=True)
        shutil.rmtree(out / "checkpoint-0", ignore_errors=True)


def _remove_empty(made: Sequence[Path]) -> None:
    for place in made:
        with suppress(OSError):
            place.rmdir()
