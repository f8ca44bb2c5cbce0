"""What a record from elsewhere may say: each value is of its kind and in its range, or a `ValueError` says which."""

import io
import math
import re
import time
from dataclasses import replace
from typing import Any

import pandas as pd

from core.evaluation.predictions import Predictions
from core.names import readable_name
from core.runs.record import Run

_LONGEST_TEXT = 1_000
_MOST_GENRES = 1_000
_MOST_EPOCHS = 1_000
_LONGEST_CLIP_S = 4 * 3600.0
_ID = re.compile(r"[0-9a-z]{6,64}")
_COLLECTION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,200}")


def checked_run(run: Run) -> Run:
    """The same run, without what means nothing elsewhere."""
    config = run.config
    _require(bool(_ID.fullmatch(str(run.id))), f"its id {readable_name(str(run.id))[:80]!r} is none")
    _require(bool(_COLLECTION_ID.fullmatch(str(config.collection_id))), "the id of its collection is none")
    _require(len(config.genres) <= _MOST_GENRES, f"it has more than {_MOST_GENRES:,} genres")
    for text in (*config.genres, config.name, run.collection_title, run.collection_fingerprint, config.split.file_name):
        checked_text(text, "a name")
    _require(all(config.genres), "a genre has no name")
    _require(isinstance(run.synthetic, bool) and isinstance(run.stopped_early, bool), "a mark of it is no truth value")
    now = time.time()
    _require(_is_number(run.created_at, 0, now + 86_400), "when it was trained is no time of the past")
    _require(run.training_s is None or _is_number(run.training_s, 0, 1e9), "its training time is none")
    _require(run.best_epoch is None or _is_whole(run.best_epoch, _MOST_EPOCHS), "its best epoch is none")
    _require(len(run.history) <= _MOST_EPOCHS, f"it has more than {_MOST_EPOCHS:,} epochs")
    for epoch in run.history:
        figures = (epoch.loss, epoch.accuracy, epoch.val_loss, epoch.val_accuracy)
        fine = all(each is None or _is_number(each, -1e30, 1e30) for each in figures)
        _require(fine and _is_whole(epoch.epoch, _MOST_EPOCHS), "the figures of an epoch are none")
    sizes = run.split_sizes
    fine = isinstance(sizes, dict) and set(sizes) <= {"train", "validation", "test"}
    _require(fine and all(_is_whole(n, 10**9) for n in sizes.values()), "the sizes of its split are none")
    versions = checked_texts(run.versions, "versions of libraries")
    n_parameters = config.n_parameters
    return replace(
        run,
        versions=versions,
        n_parameters=n_parameters,
        stop_reason=checked_text(run.stop_reason, "why it ended early")[:400],
        error="",
        group="",
        group_kind="",
        group_label="",
        group_place="",
        imported_from="",
    )


def checked_predictions(content: bytes, run: Run) -> Predictions:
    """Test probabilities as a table of clip, actual and predicted genre, and the run's genres."""
    table = pd.read_csv(
        io.BytesIO(content), dtype={"clip": str, "actual": str, "predicted": str}, keep_default_na=False
    )
    genres = run.config.genres
    if list(table.columns) != ["clip", "actual", "predicted", *genres]:
        raise ValueError("the columns of its predictions are not clip, actual, predicted and its genres")
    return Predictions(table.astype(dict.fromkeys(genres, "float64")), genres)


def checked_split(values: dict[str, Any]) -> dict[str, Any]:
    """Names of clips by part."""
    for part in ("train", "validation", "test", "left_out"):
        names = values.get(part, [] if part == "left_out" else None)
        _require(isinstance(names, list) and all(isinstance(name, str) for name in names), f"the part {part} is none")
    kept = {part: values[part] for part in ("train", "validation", "test")}
    return {
        "protocol": checked_text(values.get("protocol"), "the protocol"),
        **kept,
        "left_out": values.get("left_out", []),
    }


def checked_details(values: dict[str, Any]) -> dict[str, Any]:
    """What windows and temperature of a song follow from."""
    rate, temperature = values.get("typical_sr_hz"), values.get("temperature")
    _require(_is_number(values.get("typical_duration_s"), 0.01, _LONGEST_CLIP_S), "the length of its clips is none")
    _require(rate is None or _is_number(rate, 1, 1e7), "the sample rate of its clips is none")
    kept = {"typical_duration_s": values["typical_duration_s"], "typical_sr_hz": rate}
    if temperature is None:
        return kept
    _require(isinstance(temperature, dict), "its temperature is none")
    fine = _is_number(temperature.get("value"), 1e-3, 1e3) and _is_whole(temperature.get("n"), 10**9)
    _require(fine, "its temperature is none")
    fitted_on = checked_text(temperature.get("fitted_on"), "what its temperature was fitted on")
    return kept | {"temperature": {"value": temperature["value"], "n": temperature["n"], "fitted_on": fitted_on}}


def checked_collection(values: dict[str, Any], run: Run) -> dict[str, Any]:
    """Title, source and licence of the collection, and the labels that were corrected."""
    kept = values.get("collection")
    _require(isinstance(kept, dict), "what it keeps of its collection is none")
    assert isinstance(kept, dict)
    return {
        "id": run.config.collection_id,
        "title": run.collection_title,
        "fingerprint": run.collection_fingerprint,
        "source": checked_text(kept.get("source", ""), "the source of its collection"),
        "licence": checked_text(kept.get("licence", ""), "the licence of its collection"),
        "synthetic": run.synthetic,
        "labels_before_correction": checked_texts(kept.get("labels_before_correction", {}), "labels before correction"),
    }


def checked_texts(values: object, what: str) -> dict[str, str]:
    """Short texts by name."""
    _require(isinstance(values, dict), f"{what}: expected texts by name")
    assert isinstance(values, dict)
    return {checked_text(name, what): checked_text(text, what) for name, text in values.items()}


def checked_text(value: object, what: str) -> str:
    """A short text."""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise ValueError(f"{what}: expected a text of at most {_LONGEST_TEXT:,} characters")
    return value


def _is_number(value: Any, low: float, high: float) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and bool(low <= value <= high)


def _is_whole(value: object, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= high


def _require(fine: bool, message: str) -> None:  # noqa: FBT001, like assert
    if not fine:
        raise ValueError(message)
