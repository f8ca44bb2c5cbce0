"""A training's configuration as the values of a form's inputs, and back; nothing here draws.

Each setting has one key, ``train:...``. What is read back equals what was written, whatever the inputs show at the
moment: settings whose input is hidden keep their value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from typing import Any

from core.errors import in_field
from core.features import table
from core.features.base import AudioFrontEnd, Features
from core.features.table import audio_front_ends, features_from_dict
from core.models.architectures import (
    CnnConfig,
    FfnnConfig,
    HybridConfig,
    ModelConfig,
)
from core.models.kinds import KINDS
from core.recipe.config import TrainingConfig
from core.recipe.settings import AugmentationConfig, OptimisationConfig, SegmentConfig

Values = dict[str, Any]
KEY = "train:"
MAX_BLOCKS, MAX_DENSE, MAX_LAYERS, MAX_BRANCH = 6, 6, 8, 4
_DIGITS = 12
_CNN_SIZES = ("filters", "kernel", "pool", "pools", "dense", "dropout")
_HYBRID_SIZES = ("cnn", "numeric_units", "joined_units")
"""Settings with inputs of their own; all others are plain numbers, switches and choices."""
_ELSEWHERE = (
    *("collection_id", "genres", "name", "split", "model", "front_end", "numeric_front_end"),
    *("segments", "augmentation", "optimisation", "patience"),
)
"""Fields of a `TrainingConfig` that are written by themselves, or not here."""
_OWN_DEFAULTS: dict[str, Any] = {"gamma": 0.02, "max_depth": 12, "fmax_hz": 11_025.0}
"""What the input of an optional setting shows at first, once it is switched on."""


def _plain(kind: Any, without: Sequence[str]) -> list[Field[Any]]:
    return [field for field in fields(kind) if field.name != "kind" and field.name not in without]


def _write(part: Any, prefix: str, without: Sequence[str] = ()) -> Values:
    """Plain fields of a dataclass; an optional one as a switch, ``..._own``, and a value."""
    values: Values = {}
    for field in _plain(part, without):
        value = getattr(part, field.name)
        if field.name in _OWN_DEFAULTS:
            values[f"{prefix}{field.name}_own"] = value is not None
            values[f"{prefix}{field.name}"] = _OWN_DEFAULTS[field.name] if value is None else value
        else:
            values[f"{prefix}{field.name}"] = float(value) if isinstance(field.default, float) else value
    return values


def _read(kind: type[Any], prefix: str, values: Mapping[str, Any], without: Sequence[str] = ()) -> Values:
    """The reverse of `_write`, each value in the type of the field's default."""
    given: Values = {}
    for field in _plain(kind, without):
        value = values[f"{prefix}{field.name}"]
        if field.name in _OWN_DEFAULTS:
            like = _OWN_DEFAULTS[field.name]
            given[field.name] = _like(value, like) if values[f"{prefix}{field.name}_own"] else None
        else:
            given[field.name] = _like(value, field.default)
    return given


def _like(value: Any, default: Any) -> Any:
    """Inputs give floats with dust behind the last digit, and JSON whole numbers without a point."""
    if default is MISSING or default is None:
        return value
    if isinstance(default, float):
        return round(float(value), _DIGITS)
    return type(default)(value)


def _sizes(sizes: Sequence[int], count: str, each: str, most: int, further: int) -> Values:
    """Sizes of layers, with values for the inputs that are not shown as well, which repeat the last one."""
    last = sizes[-1] if sizes else further
    padded = [*sizes, *([last] * (most - len(sizes)))]
    return {f"{KEY}{count}": len(sizes)} | {f"{KEY}{each}_{place}": size for place, size in enumerate(padded)}


def _read_sizes(values: Mapping[str, Any], count: str, each: str) -> tuple[int, ...]:
    return tuple(int(values[f"{KEY}{each}_{place}"]) for place in range(int(values[f"{KEY}{count}"])))


def model_values(model: ModelConfig) -> Values:
    """Values that make the form show a model."""
    shaped = _SHAPED.get(type(model))
    return _write(model, f"{KEY}{model.kind}_") if shaped is None else shaped[0](model)


def _ffnn_values(model: FfnnConfig) -> Values:
    return _write(model, f"{KEY}ffnn_", ("units",)) | _sizes(model.units, "n_layers", "units", MAX_LAYERS, 64)


def _hybrid_values(model: HybridConfig) -> Values:
    return {
        **_cnn_values(model.cnn),
        **_write(model, f"{KEY}hybrid_", _HYBRID_SIZES),
        **_sizes(model.numeric_units, "n_numeric", "numeric", MAX_BRANCH, 64),
        **_sizes(model.joined_units, "n_joined", "joined", MAX_BRANCH, 64),
    }


def _cnn_values(model: CnnConfig) -> Values:
    values = _write(model, f"{KEY}cnn_", _CNN_SIZES) | {
        f"{KEY}kernel": model.kernel,
        f"{KEY}pool_bands": model.pool[0],
        f"{KEY}pool_frames": model.pool[1],
        f"{KEY}own_pools": bool(model.pools),
        f"{KEY}dropout": float(model.dropout),
    }
    for place in range(MAX_BLOCKS):
        bands, frames = model.pools[place] if place < len(model.pools) else model.pool
        values |= {f"{KEY}pool_bands_{place}": bands, f"{KEY}pool_frames_{place}": frames}
    values |= _sizes(model.filters, "n_blocks", "filters", MAX_BLOCKS, 32)
    return values | _sizes(model.dense, "n_dense", "dense", MAX_DENSE, 64)


def read_model(kind: str, values: Mapping[str, Any]) -> ModelConfig:
    """The model that the form shows; `ConfigError` where it cannot be."""
    config = KINDS[kind].config
    with in_field("model"):
        shaped = _SHAPED.get(config)
        model: ModelConfig = config(**_read(config, f"{KEY}{kind}_", values)) if shaped is None else shaped[1](values)
    return model


def _read_ffnn(values: Mapping[str, Any]) -> FfnnConfig:
    dense = _read(FfnnConfig, f"{KEY}ffnn_", values, ("units",))
    return FfnnConfig(units=_read_sizes(values, "n_layers", "units"), **dense)


def _read_hybrid(values: Mapping[str, Any]) -> HybridConfig:
    with in_field("cnn"):
        cnn = _read_cnn(values)
    return HybridConfig(
        cnn=cnn,
        numeric_units=_read_sizes(values, "n_numeric", "numeric"),
        joined_units=_read_sizes(values, "n_joined", "joined"),
        **_read(HybridConfig, f"{KEY}hybrid_", values, _HYBRID_SIZES),
    )


def _read_cnn(values: Mapping[str, Any]) -> CnnConfig:
    filters = _read_sizes(values, "n_blocks", "filters")
    pools = tuple(
        (int(values[f"{KEY}pool_bands_{place}"]), int(values[f"{KEY}pool_frames_{place}"]))
        for place in range(len(filters))
    )
    return CnnConfig(
        filters=filters,
        kernel=int(values[f"{KEY}kernel"]),
        pool=(int(values[f"{KEY}pool_bands"]), int(values[f"{KEY}pool_frames"])),
        pools=pools if values[f"{KEY}own_pools"] else (),
        dense=_read_sizes(values, "n_dense", "dense"),
        dropout=_like(values[f"{KEY}dropout"], 0.0),
        **_read(CnnConfig, f"{KEY}cnn_", values, _CNN_SIZES),
    )


_SHAPED: dict[type[Any], tuple[Callable[[Any], Values], Callable[[Mapping[str, Any]], ModelConfig]]] = {
    CnnConfig: (_cnn_values, _read_cnn),
    FfnnConfig: (_ffnn_values, _read_ffnn),
    HybridConfig: (_hybrid_values, _read_hybrid),
}
"""What writes and reads configurations with inputs of their own; those of all other kinds are plain."""


def front_end_values(front_end: Features, key: str) -> Values:
    """Values that make a front end form show a front end; ``key`` begins the names of its inputs."""
    if not isinstance(front_end, AudioFrontEnd):
        return {f"{key}:kind": front_end.identity}
    return {f"{key}:kind": front_end.kind} | _write(front_end, f"{key}:{front_end.kind}:")


def all_front_end_values(key: str) -> Values:
    """Values of the inputs of every front end, at its defaults."""
    values: Values = {}
    for front_end in reversed(audio_front_ends().values()):
        values |= front_end_values(front_end, key)
    return values


def read_front_end(key: str, values: Mapping[str, Any], own: Sequence[Features] = ()) -> Features:
    """The front end that a form shows, one of ``own`` or by its parameters; `FeatureError` where it cannot be."""
    kind = values[f"{key}:kind"]
    for front_end in own:
        if kind in (front_end.identity, front_end.kind):
            return front_end
    made: Any = table.KINDS[kind]
    with in_field(key.rpartition(":")[2]):
        return features_from_dict({"kind": kind, **_read(made, f"{key}:{kind}:", values)})


def training_values(config: TrainingConfig) -> Values:
    """Values that make the form show everything but collection, genres, split and name."""
    segments = config.segments or SegmentConfig()
    return {
        **model_values(config.model),
        **front_end_values(config.front_end, f"{KEY}front_end"),
        **(
            front_end_values(config.numeric_front_end, f"{KEY}numeric_front_end")
            if config.numeric_front_end is not None
            else {}
        ),
        **_write(config, KEY, _ELSEWHERE),
        f"{KEY}stop_early": config.patience is not None,
        f"{KEY}patience": config.patience or 5,
        f"{KEY}segmented": config.segments is not None,
        **_write(segments, f"{KEY}segment_"),
        **_write(config.augmentation, f"{KEY}augment_"),
        **_write(config.optimisation, f"{KEY}optimise_"),
    }


def read_segments(values: Mapping[str, Any]) -> SegmentConfig | None:
    """Segments, or None for whole clips."""
    if not values[f"{KEY}segmented"]:
        return None
    with in_field("segments"):
        return SegmentConfig(**_read(SegmentConfig, f"{KEY}segment_", values))


def read_augmentation(values: Mapping[str, Any]) -> AugmentationConfig:
    """Augmentation as the form shows it."""
    with in_field("augmentation"):
        return AugmentationConfig(**_read(AugmentationConfig, f"{KEY}augment_", values))


def read_optimisation(values: Mapping[str, Any]) -> OptimisationConfig:
    """Optimiser, schedule and the like as the form shows them."""
    with in_field("optimisation"):
        return OptimisationConfig(**_read(OptimisationConfig, f"{KEY}optimise_", values))


def read_training(values: Mapping[str, Any]) -> Values:
    """Further arguments of a `TrainingConfig`: epochs, batch size, seed and the like."""
    patience = int(values[f"{KEY}patience"]) if values[f"{KEY}stop_early"] else None
    return _read(TrainingConfig, KEY, values, _ELSEWHERE) | {"patience": patience}
