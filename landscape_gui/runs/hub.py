"""Models by name: a local directory as it is, or a model of the Hugging Face Hub."""

from __future__ import annotations

import re
from pathlib import Path

from landscape_gui.paths import expanded
from landscape_gui.specs import UserError

_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*(/[\w.-]+)?$")
_SMALL_FILES = ["*.json", "*.txt", "*.model", "*.bpe.model"]
# Long enough for a slow line, short enough that nobody thinks the program hangs.
_TIMEOUT_S = 10.0


def resolve_model(name: str | Path) -> Path:
    """A directory with the model: ``name`` itself, or its snapshot in the Hub's local cache.

    Parameters
    ----------
    name
        A directory, or a name on the Hub such as ``google-bert/bert-large-cased``, which is
        downloaded where the cache does not hold it.

    Raises
    ------
    UserError
        If there is neither such a directory nor such a model, or the Hub cannot be reached.
    """
    path = expanded(name)
    if path.is_dir():
        return path.resolve()
    text = Path(name).as_posix()
    if path.exists() or not _NAME.match(text) or str(name).startswith("."):
        raise UserError(
            f"There is no model directory {name}.",
            "Give the directory of a model (config.json and its weights), or a name on the Hub.",
        )
    return cached_model(text) or _downloaded(text)


def require_hub(name: str, kind: str) -> None:
    """Ask the Hub for a model or a data set, once and with a time limit.

    Raises
    ------
    UserError
        If the Hub cannot be reached or does not have it.
    """
    import huggingface_hub
    from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

    api = huggingface_hub.HfApi()
    ask = api.model_info if kind == "model" else api.dataset_info
    download = f"hf download {name}" + ("" if kind == "model" else " --repo-type dataset")
    elsewhere = (
        f"On a machine with network run: {download} --local-dir DIR; "
        f"then copy DIR here and give it instead of the name."
    )
    try:
        ask(name, timeout=_TIMEOUT_S)
    except RepositoryNotFoundError as error:
        raise UserError(
            f"There is no directory {name} here and no {kind} of that name on the Hub.",
            "Check the name, or give a local directory.",
        ) from error
    except HfHubHTTPError as error:
        raise UserError(
            f"The Hub refused {kind} {name}: {_first_line(error)}.", elsewhere
        ) from error
    except Exception as error:
        # The HTTP client's own exceptions differ between releases of huggingface_hub.
        raise UserError(
            f"{name} is no local directory, and the Hub cannot be reached ({_first_line(error)}).",
            elsewhere,
        ) from error


def cached_model(name: str) -> Path | None:
    """A complete model in the Hub's local cache, by its name on the Hub; None if there is none."""
    import huggingface_hub

    from landscape_gui.runs.weight_files import find_weights

    try:
        path = Path(huggingface_hub.snapshot_download(name, local_files_only=True))
    except (OSError, ValueError):
        return None
    complete = (path / "config.json").is_file() and find_weights(path) is not None
    return path if complete else None


def _downloaded(name: str) -> Path:
    import huggingface_hub

    require_hub(name, "model")
    files = huggingface_hub.HfApi().list_repo_files(name)
    suffix = "safetensors" if any(f.endswith(".safetensors") for f in files) else "bin"
    weights = ["model*.safetensors"] if suffix == "safetensors" else ["pytorch_model*.bin"]
    try:
        path = huggingface_hub.snapshot_download(name, allow_patterns=[*_SMALL_FILES, *weights])
    except Exception as error:
        raise UserError(
            f"The model {name} could not be downloaded: {_first_line(error)}.",
            "Try again: what was downloaded is kept.",
        ) from error
    return Path(path)


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0].rstrip(".") if text else type(error).__name__
