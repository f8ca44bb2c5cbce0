"""In which settings two trainings differ, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.features.table import features_from_dict
from core.recipe.config import TrainingConfig

_NOT_COMPARED = ("collection_id", "genres", "name", "split", "seed", "corrected_labels")
_TITLES = {
    "model.filters": "filters",
    "model.pool": "pooling",
    "model.pools": "pooling by block",
    "model.dense": "dense layers",
    "model.units": "hidden layers",
    "model.axes": "kernels move over",
    "model.batch_norm": "batch normalisation",
    "model.l2": "L2 penalty",
    "model.head": "after the last block",
    "model.numeric_units": "numeric layers",
    "model.joined_units": "joined layers",
    "batch_size": "batch",
    "patience": "early stopping after",
    "precision": "precision",
    "members": "networks in the committee",
    "train_on_validation": "train on validation too",
    "numeric_front_end": "numeric features",
    "front_end": "front end",
    "front_end.n_mels": "bands",
    "front_end.hop_length": "hop",
    "front_end.sr_hz": "sample rate",
    "front_end.fmin_hz": "lowest frequency",
    "front_end.fmax_hz": "highest frequency",
    "front_end.top_db": "range in dB",
    "segments.length_s": "segment (s)",
    "segments.per_epoch": "segments per clip",
    "segments.n_verdict": "segments for the prediction",
    "augmentation.n_time_masks": "time masks",
    "augmentation.n_band_masks": "band masks",
    "augmentation.gain_db": "gain (dB)",
    "optimisation.keep": "weights kept",
    "optimisation.averaging": "weight averaging",
}


def differences(config: TrainingConfig, other: TrainingConfig) -> list[str]:
    """Each setting in which a training differs from another, such as ``"epochs 20 (15)"``: its own, then the other's.

    Collection, genres, corrected labels, name, seed and split are left out.
    """
    return [_line(path, now, before) for path, now, before in _walk(config.to_dict(), other.to_dict(), "")]


def _walk(a: Mapping[str, Any], b: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any, Any]]:
    for name, now in a.items():
        before, path = b.get(name), prefix + name
        if now == before or path in _NOT_COMPARED:
            continue
        if isinstance(now, Mapping) and isinstance(before, Mapping) and now.get("kind") == before.get("kind"):
            yield from _walk(now, before, f"{path}.")
        else:
            yield path, now, before


def _line(path: str, now: Any, before: Any) -> str:
    plain = path.replace("model.cnn.", "model.").replace("numeric_front_end.", "front_end.")
    title = _TITLES.get(plain) or plain.split(".")[-1].replace("_", " ")
    return f"{title} {_said(path, now)} ({_said(path, before)})"


def _said(path: str, value: Any) -> str:
    if value is None:
        return {"segments": "off", "fmax_hz": "half the rate", "patience": "off"}.get(path.split(".")[-1], "none")
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return " × ".join(map(str, value)) if path.endswith("pool") else ", ".join(map(str, value)) or "none"
    if isinstance(value, Mapping):
        if path.endswith("front_end"):
            return features_from_dict(value).title
        if path == "segments":
            return f"{value['length_s']:g} s"
        return str(value.get("kind", "other"))
    return str(value)
