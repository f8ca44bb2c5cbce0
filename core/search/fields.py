"""Which settings of a training can be searched, and the ranges that are offered for them.

A setting is named by its path in a `TrainingConfig`: ``learning_rate``, ``model.dropout``.
Sizes of several layers are two settings: ``model.filters.depth``, their number, and ``model.filters.width``, the size
of the first; the sizes after it grow as those of the training that is searched around do (doubling, or all alike).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal

from core.errors import ConfigError
from core.recipe.config import TrainingConfig

Kind = Literal["number", "whole", "choice"]
_LARGEST_SIZE = 512


@dataclass(frozen=True, kw_only=True)
class Field:
    """A setting that can be searched.

    Attributes
    ----------
    path : str
    title : str
        For people.
    kind : {"number", "whole", "choice"}
    low, high : float
        Range offered first; of no meaning for a choice.
    log : bool
        Search the order of magnitude.
    options : tuple
        Values offered, for a choice.
    """

    path: str
    title: str
    kind: Kind
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    options: tuple[Any, ...] = ()


def _number(path: str, title: str, low: float, high: float, *, log: bool = False) -> Field:
    return Field(path=path, title=title, kind="number", low=low, high=high, log=log)


def _whole(path: str, title: str, low: int, high: int, *, log: bool = False) -> Field:
    return Field(path=path, title=title, kind="whole", low=low, high=high, log=log)


def _choice(path: str, title: str, *options: Any) -> Field:
    return Field(path=path, title=title, kind="choice", options=options)


_KNOWN = (
    _number("learning_rate", "Learning rate", 1e-4, 1e-2, log=True),
    _choice("batch_size", "Batch (clips)", 8, 16, 32, 64),
    _choice("numeric_scaling", "Scaling of numeric features", "standard", "clipped", "power"),
    _whole("model.filters.depth", "Blocks", 1, 4),
    _whole("model.filters.width", "Filters of the first block", 8, 64, log=True),
    _choice("model.kernel", "Kernel", 3, 5, 7),
    _choice("model.batch_norm", "Batch normalisation", False, True),
    _choice("model.block", "Kind of block", "plain", "residual", "separable"),
    _choice("model.head", "After the last block", "flatten", "average", "average+max"),
    _choice("model.pooling", "Pooling", "max", "average"),
    _number("model.block_dropout", "Dropout after a block", 0.0, 0.4),
    _whole("model.dense.depth", "Dense layers", 0, 3),
    _whole("model.dense.width", "Units of the first dense layer", 32, 256, log=True),
    _whole("model.units.depth", "Hidden layers", 1, 4),
    _whole("model.units.width", "Units of the first hidden layer", 32, 512, log=True),
    _number("model.dropout", "Dropout", 0.0, 0.6),
    _number("model.l2", "L2 penalty", 1e-6, 1e-2, log=True),
    _number("model.c", "C (SVM, logistic regression)", 0.1, 100.0, log=True),
    _whole("model.n_trees", "Trees", 100, 1000, log=True),
    _choice("optimisation.optimiser", "Optimiser", "adam", "adamw", "sgd"),
    _choice("optimisation.schedule", "Learning rate schedule", "constant", "cosine", "step", "plateau"),
    _number("optimisation.weight_decay", "Weight decay (AdamW)", 1e-4, 0.1, log=True),
    _whole("optimisation.warm_up_epochs", "Warm-up (epochs)", 0, 5),
    _number("optimisation.label_smoothing", "Label smoothing", 0.0, 0.2),
    _choice("optimisation.class_weights", "Class weights", False, True),
    _number("segments.length_s", "Segment (s)", 3.0, 15.0),
    _whole("segments.per_epoch", "Segments per clip and epoch", 1, 4),
    _whole("augmentation.n_time_masks", "Time masks", 0, 3),
    _whole("augmentation.n_band_masks", "Band masks", 0, 3),
    _number("augmentation.mixup", "Mixup", 0.0, 0.5),
    _number("augmentation.gain_db", "Gain (dB)", 0.0, 9.0),
    _number("augmentation.noise", "Noise", 0.0, 0.2),
)
_SPECTROGRAM_ONLY = ("augmentation.n_time_masks", "augmentation.n_band_masks", "augmentation.gain_db")


def setting_titles() -> dict[str, str]:
    """What settings that are often searched are called, by their path."""
    return {field.path: field.title for field in _KNOWN}


def searchable_fields(config: TrainingConfig) -> tuple[Field, ...]:
    """The settings that this training has and that can be searched."""
    found = [field for field in _KNOWN if _applies(config, field)]
    known = {field.path for field in found}
    return (*found, *(field for field in _others(config) if field.path not in known))


def _applies(config: TrainingConfig, field: Field) -> bool:
    numeric = config.front_end.is_numeric
    if numeric and field.path in _SPECTROGRAM_ONLY:
        return False
    if field.path == "numeric_scaling" and not numeric and config.numeric_front_end is None:
        return False
    if config.is_classical and not field.path.startswith(("model.", "numeric_scaling")):
        return False
    try:
        read_field(config, field.path)
    except ConfigError:
        return False
    return True


def _others(config: TrainingConfig) -> Iterator[Field]:
    """Further numbers of the model, around the value that they have."""
    for item in fields(config.model):
        value = getattr(config.model, item.name)
        path, title = f"model.{item.name}", item.name.replace("_", " ").capitalize()
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            continue
        if isinstance(value, int):
            yield _whole(path, title, max(1, value // 2), value * 2)
        else:
            yield _number(path, title, value / 10, value * 10, log=True)


def read_field(config: TrainingConfig, path: str) -> Any:
    """Value of a setting; `ConfigError` where this training has none of that name."""
    parts = path.split(".")
    shape = parts.pop() if parts[-1] in ("depth", "width") else None
    value: Any = config
    for name in parts:
        if not is_dataclass(value) or not hasattr(value, name):
            raise ConfigError(f"This training has no setting {path!r}; it has {_listed(config)}.")
        value = getattr(value, name)
    if shape is None:
        return value
    if not isinstance(value, tuple):
        raise ConfigError(f"{path!r} is not a list of sizes; this training has {_listed(config)}.")
    return len(value) if shape == "depth" else (value[0] if value else 0)


def _listed(config: TrainingConfig) -> str:
    paths = [field.path for field in _KNOWN if not _missing(config, field.path)]
    return ", ".join(paths)


def _missing(config: TrainingConfig, path: str) -> bool:
    value: Any = config
    for name in path.removesuffix(".depth").removesuffix(".width").split("."):
        if not hasattr(value, name):
            return True
        value = getattr(value, name)
    return False


def change_fields(config: TrainingConfig, values: dict[str, Any]) -> TrainingConfig:
    """The training with settings changed; all at once, so that only the result has to be possible.

    Raises
    ------
    ConfigError
        The settings are impossible together, or it has none of that name.
    """
    for path in values:
        read_field(config, path)
    by_part: dict[str, dict[str, Any]] = {}
    own: dict[str, Any] = {}
    for path, value in values.items():
        part, _, name = path.partition(".")
        if name:
            by_part.setdefault(part, {})[name] = value
        else:
            own[part] = value
    for part, changes in by_part.items():
        own[part] = _changed(getattr(config, part), changes)
    return replace(config, **own)


def _changed(part: Any, changes: dict[str, Any]) -> Any:
    plain = {name: value for name, value in changes.items() if "." not in name}
    for name in {name.partition(".")[0] for name in changes if "." in name}:
        sizes: tuple[int, ...] = getattr(part, name)
        depth = changes.get(f"{name}.depth", len(sizes))
        width = changes.get(f"{name}.width", sizes[0] if sizes else 64)
        plain[name] = layer_sizes(sizes, depth, width)
        if name == "filters" and depth != len(sizes) and getattr(part, "pools", ()):
            plain["pools"] = ()  # given for each block of another number of blocks
    return replace(part, **plain)


def layer_sizes(like: tuple[int, ...], depth: int, width: int) -> tuple[int, ...]:
    """Sizes of ``depth`` layers from ``width`` on: growing or shrinking by 2 where ``like`` does, at most 512."""
    grow: Callable[[int], int]
    if len(like) > 1 and like[-1] > like[0]:
        grow = _double
    elif len(like) > 1 and like[-1] < like[0]:
        grow = _halve
    else:
        grow = int
    sizes, size = [], width
    for _ in range(depth):
        sizes.append(size)
        size = grow(size)
    return tuple(sizes)


def _double(size: int) -> int:
    return max(size, min(_LARGEST_SIZE, 2 * size))


def _halve(size: int) -> int:
    return max(8, size // 2)
