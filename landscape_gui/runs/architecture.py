"""transformers, kept in one place: configurations, classifiers, tokenizers; quietly and locally.

Nothing here reaches for the network or runs code that came with a model.
"""

from __future__ import annotations

import functools
import inspect
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from landscape_gui.specs import UserError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
    "vocab.json",
    "spiece.model",
    "sentencepiece.bpe.model",
    "spm.model",
    "tokenizer.model",
)
_LOCAL: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
# What is counted in config.json, under all of its names → more than any model has.
_MOST = {
    **dict.fromkeys(
        ("num_hidden_layers", "num_layers", "n_layer", "n_layers", "encoder_layers",
         "decoder_layers", "num_decoder_layers", "num_encoder_layers"),
        1000,
    ),
    "num_labels": 100_000,
}  # fmt: skip


@dataclass(frozen=True)
class Skeleton:
    """A classifier without its weights.

    Attributes
    ----------
    shapes
        Parameter name → shape, as in ``named_parameters()``: tied ones once.
    prefix
        What the encoder's parameters begin with, e.g. ``bert.``; all others are the head's.
    labels
        The classes' names in the configuration, ``LABEL_0`` … where nobody named them.
    takes_token_types
        Whether the model can tell a pair's first text from its second.
    max_positions
        Longest input, in tokens; ``None`` where there is no limit.
    """

    model_type: str
    shapes: dict[str, tuple[int, ...]]
    prefix: str
    labels: tuple[str, ...]
    takes_token_types: bool
    max_positions: int | None

    @property
    def encoder(self) -> tuple[str, ...]:
        return tuple(name for name in self.shapes if name.startswith(self.prefix))

    @property
    def head(self) -> tuple[str, ...]:
        return tuple(name for name in self.shapes if not name.startswith(self.prefix))


@contextmanager
def quiet() -> Iterator[None]:
    """Silence transformers' load reports and progress bars, and put both back as they were."""
    import transformers.utils.logging as log

    verbosity, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity(logging.CRITICAL)
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(verbosity)
        if bars:
            log.enable_progress_bar()


def read_config(directory: Path) -> dict[str, Any]:
    """A model directory's ``config.json``, without transformers.

    Raises
    ------
    UserError
        If it is not there or damaged.
    """
    path = directory / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(
            f"{directory} is not a model directory: it holds no config.json.",
            "Give a directory that save_pretrained or the Trainer wrote.",
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"{path} cannot be read: {error}.", "Copy the directory again.") from error
    if not isinstance(config, dict):
        raise UserError(f"{path} is damaged: not a JSON object.", "Copy the directory again.")
    return config


def load_config(directory: Path) -> Any:
    """The transformers configuration of a model directory.

    Raises
    ------
    UserError
        If it is missing, damaged, or of a model that transformers does not know.
    """
    given = read_config(directory)
    kind = given.get("model_type", "unknown")
    _require_buildable(given, directory)
    from transformers import AutoConfig

    try:
        with quiet():
            return AutoConfig.from_pretrained(directory, **_LOCAL)
    except Exception as error:
        # Validation errors of huggingface_hub have no base class in common with the others.
        raise UserError(
            f"The configuration in {directory} (model type {kind}) cannot be used: "
            f"{first_line(error)}.",
            "Models that bring their own code are not loaded; newer ones may need a newer "
            "transformers.",
        ) from error


def _require_buildable(config: dict[str, Any], directory: Path) -> None:
    """Check the counts of what is built one by one: with a wrong one that would take hours."""
    for name, most in _MOST.items():
        value = config.get(name)
        if isinstance(value, int) and value > most:
            raise UserError(
                f"The configuration in {directory} cannot be used: {name} is {value}.",
                "Copy the directory's config.json again.",
            )


def classifier_class(config: Any, directory: Path) -> type[PreTrainedModel]:
    """The sequence classification class for a configuration.

    Raises
    ------
    UserError
        If transformers has none.
    """
    from transformers import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING as CLASSES

    try:
        return cast("type[PreTrainedModel]", CLASSES[type(config)])
    except KeyError as error:
        raise UserError(
            f"The model in {directory} (model type {config.model_type}) cannot classify text.",
            "Use a model that AutoModelForSequenceClassification can load.",
        ) from error


def skeleton(directory: Path) -> Skeleton:
    """What a model directory's classifier is made of, without loading weights."""
    status = (directory / "config.json").stat() if (directory / "config.json").exists() else None
    return _skeleton(directory, status.st_mtime_ns if status else 0)


@functools.lru_cache(maxsize=32)
def _skeleton(directory: Path, _written: int) -> Skeleton:
    config = load_config(directory)
    kind = classifier_class(config, directory)
    try:
        return _built(config, kind)
    except (UserError, MemoryError):
        raise
    except Exception as error:
        # Building fails in as many ways as there are architectures and wrong values for them.
        raise UserError(
            f"The configuration in {directory} (model type {config.model_type}) cannot be used: "
            f"{first_line(error)}.",
            "Copy the directory's config.json again.",
        ) from error


def _built(config: Any, kind: type[PreTrainedModel]) -> Skeleton:
    import torch

    build = getattr(kind, "_from_config", kind)
    with quiet():
        try:
            with torch.device("meta"):
                model = build(config)
        except (RuntimeError, NotImplementedError):
            # Some architectures compute with values while they are built.
            with torch.random.fork_rng(devices=[]):
                model = build(config)
    prefix = f"{model.base_model_prefix}."
    shapes = {name: tuple(value.shape) for name, value in model.named_parameters()}
    if not any(name.startswith(prefix) for name in shapes):
        raise UserError(
            f"{kind.__name__} does not keep its encoder apart from its head.",
            "Use a model whose classifier holds a base model, such as BERT.",
        )
    accepts = "token_type_ids" in inspect.signature(kind.forward).parameters
    types = getattr(config, "type_vocab_size", None)
    labels = tuple(str(config.id2label[index]) for index in range(config.num_labels))
    return Skeleton(
        model_type=str(config.model_type),
        shapes=shapes,
        prefix=prefix,
        labels=labels,
        takes_token_types=accepts and types is not None and types > 1,
        max_positions=_max_positions(config, shapes),
    )


def _max_positions(config: Any, shapes: dict[str, tuple[int, ...]]) -> int | None:
    limit = getattr(config, "max_position_embeddings", None)
    if not isinstance(limit, int) or limit < 1:
        return None
    table = next((n for n in shapes if n.endswith("position_embeddings.weight")), None)
    # RoBERTa and its kin count positions from the padding index + 1.
    offset_kinds = ("roberta", "camembert", "longformer", "bigbird_pegasus", "mpnet", "esm")
    if table and any(kind in str(config.model_type) for kind in offset_kinds):
        limit -= int(config.pad_token_id or 0) + 1
    return limit


def float32_argument() -> dict[str, Any]:
    """``from_pretrained``'s argument for float32, whose name changed in transformers 4.56."""
    import torch
    import transformers

    major, minor = (int(part) for part in transformers.__version__.split(".")[:2])
    return {"dtype" if (major, minor) >= (4, 56) else "torch_dtype": torch.float32}


def load_classifier(directory: Path, **changes: Any) -> tuple[PreTrainedModel, frozenset[str]]:
    """A sequence classifier in float32 on the CPU, and the parameters its weights lacked.

    Parameters
    ----------
    changes
        Changes to the configuration, e.g. ``num_labels``. A head of another size counts as
        lacking.

    Raises
    ------
    UserError
        If the weights cannot be read, or an encoder parameter has another shape.
    """
    config = load_config(directory)
    kind = classifier_class(config, directory)
    for name, value in changes.items():
        setattr(config, name, value)
    try:
        with quiet():
            loaded: Any = kind.from_pretrained(
                directory,
                config=config,
                output_loading_info=True,
                ignore_mismatched_sizes=True,
                **float32_argument(),
                **_LOCAL,
            )
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        # Loading fails in as many ways as there are file formats and releases of transformers.
        raise UserError(
            f"The model in {directory} cannot be loaded: {first_line(error)}.",
            "Check that the directory was copied completely.",
        ) from error
    model, info = loaded
    prefix = f"{model.base_model_prefix}."
    parameters = dict(model.named_parameters())

    def full(name: str) -> str:
        # Older transformers name what a base model lacks as the base model does.
        return name if name in parameters else prefix + name

    mismatched = {full(entry[0]): entry for entry in info["mismatched_keys"]}
    if wrong := sorted(name for name in mismatched if name.startswith(prefix)):
        _, stored, wanted = mismatched[wrong[0]]
        raise UserError(
            f"Parameter {wrong[0]} in {directory} has shape {tuple(stored)}, but config.json "
            f"means {tuple(wanted)}.",
            "The weights and the configuration do not belong together.",
        )
    lacking = (set(map(full, info["missing_keys"])) | set(mismatched)) & parameters.keys()
    return model.float(), frozenset(lacking)


@functools.lru_cache(maxsize=1)
def parameters_through_transformers(
    directory: Path, _written: int
) -> tuple[dict[str, torch.Tensor], frozenset[str]]:
    """All parameters by the classifier's names, for checkpoints that name theirs otherwise.

    Returns
    -------
    Parameters in float32 and the names of those that the checkpoint lacks. The last result is
    kept, because parameters are asked for a part at a time.
    """
    model, lacking = load_classifier(directory)
    return {n: p.detach() for n, p in model.named_parameters()}, lacking


def has_tokenizer(directory: Path) -> bool:
    """Whether a directory holds a tokenizer's files."""
    return any((directory / name).is_file() for name in TOKENIZER_FILES)


def load_tokenizer(directory: Path) -> PreTrainedTokenizerBase:
    """The tokenizer of a model directory, the fast one where there is one.

    Raises
    ------
    UserError
        If the directory holds none, or it cannot be loaded.
    """
    return _load_tokenizer(directory)


@functools.lru_cache(maxsize=4)
def _load_tokenizer(directory: Path) -> PreTrainedTokenizerBase:
    if not has_tokenizer(directory):
        raise UserError(
            f"{directory} holds no tokenizer.",
            "Copy the tokenizer's files (tokenizer.json, or vocab.txt) of the model into it.",
        )
    from transformers import AutoTokenizer

    try:
        with quiet():
            return AutoTokenizer.from_pretrained(directory, use_fast=True, **_LOCAL)
    except Exception as error:
        raise UserError(
            f"The tokenizer in {directory} cannot be loaded: {first_line(error)}.",
            "Copy the tokenizer's files of the model again.",
        ) from error


def first_line(error: BaseException) -> str:
    """The first line of an error, without its full stop."""
    text = str(error).strip()
    return text.splitlines()[0].rstrip(".") if text else type(error).__name__
