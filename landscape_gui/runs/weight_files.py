"""Weights on disk: safetensors or ``pytorch_model.bin``, whole or in shards, read by name.

Nothing here knows an architecture. Pickled checkpoints are read with ``weights_only`` only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from landscape_gui.specs import UserError

if TYPE_CHECKING:
    import torch

_SINGLE = ("model.safetensors", "pytorch_model.bin")
_LEGACY = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
_MEND = "Copy the directory again, or leave it out."


@dataclass(frozen=True)
class WeightFiles:
    """The files that hold one checkpoint's weights.

    Attributes
    ----------
    paths
        One file, or the shards in the order of their names.
    index
        The shards' index, if there are shards.
    """

    paths: tuple[Path, ...]
    index: Path | None = None

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Stored name → shape, without reading the values (of safetensors files).

        Raises
        ------
        UserError
            If a file is damaged or is not what its name says.
        """
        return {name: shape for path in self.paths for name, shape in _shapes(_key(path)).items()}

    def read(self, names: Iterable[str]) -> dict[str, torch.Tensor]:
        """Tensors by their stored names, in the precision they are stored in, on the CPU.

        Raises
        ------
        UserError
            If a file is damaged.
        KeyError
            If a name is not stored.
        """
        wanted = set(names)
        found: dict[str, torch.Tensor] = {}
        for path in self.paths:
            here = [name for name in _shapes(_key(path)) if name in wanted]
            found.update(_read(path, here))
        if missing := wanted - found.keys():
            raise KeyError(sorted(missing)[0])
        return found

    def sha256(self) -> str:
        """Hash over the names and contents of the files, the index included."""
        total = hashlib.sha256()
        for path in (*([self.index] if self.index else []), *self.paths):
            total.update(path.name.encode() + b"\0" + _file_sha256(_key(path)))
        return total.hexdigest()


def find_weights(directory: Path) -> WeightFiles | None:
    """The weight files of a directory; ``None`` if it has none.

    Raises
    ------
    UserError
        If the index of a sharded checkpoint is damaged or names a shard that is not there.
    """
    for name in _SINGLE:
        if (path := directory / name).is_file():
            return WeightFiles((path,))
        if (path := directory / f"{name}.index.json").is_file():
            return WeightFiles(_shards(path), path)
    return None


def require_weights(directory: Path) -> WeightFiles:
    """The weight files of a directory that has to have some.

    Raises
    ------
    UserError
        If there is no such directory, or it holds no weights.
    """
    if not directory.is_dir():
        raise UserError(f"There is no directory {directory}.", "Check the path.")
    if (files := find_weights(directory)) is None:
        raise UserError(
            f"{directory} holds no weights: neither {_SINGLE[0]} nor {_SINGLE[1]}.",
            "Give a directory that save_pretrained or the Trainer wrote.",
        )
    return files


def locate(stored: Iterable[str], wanted: Sequence[str]) -> dict[str, str]:
    """Wanted parameter name → the name it is stored under; absent where there is none.

    A base model stores its parameters without the classifier's prefix (``bert.``), and the oldest
    checkpoints call a normalisation's weight gamma and its bias beta.
    """
    have = set(stored)
    found: dict[str, str] = {}
    for name in wanted:
        for candidate in (name, name.partition(".")[2]):
            forms = [candidate]
            forms += [
                candidate.removesuffix(new) + old
                for new, old in _LEGACY.items()
                if candidate.endswith(new)
            ]
            if hit := next((form for form in forms if form in have), None):
                found[name] = hit
                break
    return found


def _shards(index: Path) -> tuple[Path, ...]:
    try:
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise UserError(f"{index} cannot be read: {error}.", _MEND) from error
    # An index is data from elsewhere: it may name files beside it, nothing else.
    if any(not isinstance(name, str) or Path(name).name != name for name in names) or not names:
        raise UserError(f"{index} does not name the files beside it.", _MEND)
    paths = tuple(index.parent / name for name in names)
    for path in paths:
        if not path.is_file():
            raise UserError(f"{index.name} names {path}, which is not there.", _MEND)
    return paths


# Files are cached under their path, size and time: a file that was written anew is read anew.
_Key = tuple[Path, int, int]


def _key(path: Path) -> _Key:
    try:
        status = path.stat()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", _MEND) from error
    return (path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=256)
def _shapes(key: _Key) -> Mapping[str, tuple[int, ...]]:
    path = key[0]
    if path.suffix != ".safetensors":
        return {name: tuple(tensor.shape) for name, tensor in _load_bin(key).items()}
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise UserError(f"{path} is damaged or incomplete: {error}.", _MEND) from error


def _read(path: Path, names: Sequence[str]) -> dict[str, torch.Tensor]:
    if not names:
        return {}
    if path.suffix != ".safetensors":
        state = _load_bin(_key(path))
        return {name: state[name] for name in names}
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError, ValueError) as error:
        raise UserError(f"{path} is damaged or incomplete: {error}.", _MEND) from error


@lru_cache(maxsize=1)
def _load_bin(key: _Key) -> Mapping[str, torch.Tensor]:
    import pickle

    import torch

    path = key[0]
    try:
        try:
            state = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        except RuntimeError:
            # Files from before PyTorch 1.6 cannot be mapped.
            state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, pickle.UnpicklingError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(
            f"{path} is damaged, or holds more than weights: {first}",
            "Only plain tensors are read from pickled files; save the model as safetensors.",
        ) from error
    if not isinstance(state, dict) or not all(isinstance(name, str) for name in state):
        raise UserError(f"{path} does not hold named weights.", _MEND)
    return {name: value for name, value in state.items() if isinstance(value, torch.Tensor)}


@lru_cache(maxsize=256)
def _file_sha256(key: _Key) -> bytes:
    try:
        with key[0].open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise UserError(f"{key[0]} cannot be read: {error.strerror}.", _MEND) from error
