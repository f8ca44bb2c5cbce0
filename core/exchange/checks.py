"""What a record from elsewhere may say: each value is of its kind and in its range, or a `ValueError` says which."""

import io
import math
import re
import reprlib
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from core.evaluation.metrics import validate_predictions
from core.evaluation.predictions import Predictions
from core.names import readable_name
from core.runs.record import Run

_LONGEST_TEXT, _LONGEST_NAME = 20_000, 1_000
_SHOWN = 80
_ROUNDING = 1e-6
_MOST_GENRES = 1_000
_MOST_EPOCHS = 1_000
_LONGEST_CLIP_S = 4 * 3600.0
_ID = re.compile(r"[0-9a-z]{6,64}")
_COLLECTION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,200}")


def checked_run(run: Run) -> Run:
    """The same run, without what means nothing elsewhere."""
    config = run.config
    _expect(bool(_ID.fullmatch(str(run.id))), "id of the run", "letters and digits", run.id)
    fine = bool(_COLLECTION_ID.fullmatch(str(config.collection_id)))
    _expect(fine, "id of its collection", "letters, digits and hyphens", config.collection_id)
    _expect(len(config.genres) <= _MOST_GENRES, "genres", f"at most {_MOST_GENRES:,}", len(config.genres))
    _expect(all(config.genres), "genres", "a name for each", "")
    names = {"a genre": config.genres, "its name": [config.name], "its collection": [run.collection_title]}
    for what, texts in names.items():
        for text in texts:
            checked_text(text, what, longest=_LONGEST_NAME)
    checked_text(run.collection_fingerprint, "the fingerprint of its collection", longest=_LONGEST_NAME)
    for what, mark in (("synthetic", run.synthetic), ("stopped_early", run.stopped_early)):
        _expect(isinstance(mark, bool), what, "true or false", mark)
    fine = _is_number(run.created_at, 0, time.time() + 86_400)
    _expect(fine, "created_at", "a Unix time of the past", run.created_at)
    _expect(run.training_s is None or _is_number(run.training_s, 0, 1e9), "training_s", "seconds", run.training_s)
    fine = run.prediction_ms is None or _is_number(run.prediction_ms, 0, 1e9)
    _expect(fine, "prediction_ms", "milliseconds", run.prediction_ms)
    fine = run.best_epoch is None or _is_whole(run.best_epoch, _MOST_EPOCHS)
    _expect(fine, "best_epoch", f"a whole number up to {_MOST_EPOCHS:,}", run.best_epoch)
    _expect(len(run.history) <= _MOST_EPOCHS, "history", f"at most {_MOST_EPOCHS:,} epochs", len(run.history))
    for epoch in run.history:
        figures = (epoch.loss, epoch.accuracy, epoch.val_loss, epoch.val_accuracy, epoch.elapsed_s)
        fine = all(each is None or _is_number(each, -1e30, 1e30) for each in figures)
        fine = fine and epoch.loss is not None and epoch.accuracy is not None and _is_whole(epoch.epoch, _MOST_EPOCHS)
        _expect(fine, "history", "numbers for each epoch", epoch)
    sizes: Any = run.split_sizes
    fine = isinstance(sizes, dict) and set(sizes) <= {"train", "validation", "test"}
    fine = fine and all(_is_whole(n, 10**9) for n in sizes.values())
    _expect(fine, "split_sizes", "a number of clips for train, validation and test", sizes)
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
        tags=(),
        note="",
        archived=False,
    )


def checked_predictions(content: bytes, run: Run) -> Predictions:
    """Test probabilities as a table of clip, actual and predicted genre, and the run's genres.

    A verdict that does not follow from its probabilities is refused: accuracies are counted from the verdicts.
    """
    table = pd.read_csv(
        io.BytesIO(content), dtype={"clip": str, "actual": str, "predicted": str}, keep_default_na=False
    )
    genres = run.config.genres
    if list(table.columns) != ["clip", "actual", "predicted", *genres]:
        shown = readable_name(", ".join(map(str, table.columns)))[:_SHOWN]
        raise ValueError(f"its predictions: expected the columns clip, actual, predicted and its genres, got {shown}")
    predictions = Predictions(table.astype(dict.fromkeys(genres, "float64")), genres)
    validate_predictions(predictions)
    values = predictions.table[list(genres)].to_numpy()
    said = values[np.arange(len(values)), pd.Index(genres).get_indexer(pd.Index(table["predicted"]))]
    if (unlike := said < values.max(axis=1) - _ROUNDING).any():
        first = table.loc[int(unlike.argmax())]
        shown = f"{readable_name(str(first['predicted']))[:_SHOWN]} for {readable_name(str(first['clip']))[:_SHOWN]}"
        raise ValueError(
            "its predictions: expected the most probable genre as the predicted one, got another for "
            f"{int(unlike.sum()):,} clips, such as {shown}"
        )
    return predictions


def checked_split(values: dict[str, Any]) -> dict[str, Any]:
    """Names of clips by part."""
    for part in ("train", "validation", "test", "left_out"):
        names = values.get(part, [] if part == "left_out" else None)
        fine = isinstance(names, list) and all(isinstance(name, str) for name in names)
        _expect(fine, f"the part {part} of its split", "a list of names of clips", names)
    kept = {part: values[part] for part in ("train", "validation", "test")}
    return {
        "protocol": checked_text(values.get("protocol"), "the protocol"),
        **kept,
        "left_out": values.get("left_out", []),
    }


def checked_details(values: dict[str, Any]) -> dict[str, Any]:
    """What windows and temperature of a song follow from."""
    rate, temperature = values.get("typical_sr_hz"), values.get("temperature")
    duration_s = values.get("typical_duration_s")
    _expect(_is_number(duration_s, 0.01, _LONGEST_CLIP_S), "typical_duration_s", "seconds of a clip", duration_s)
    _expect(rate is None or _is_number(rate, 1, 1e7), "typical_sr_hz", "a sample rate in Hz", rate)
    kept = {"typical_duration_s": duration_s, "typical_sr_hz": rate}
    if temperature is None:
        return kept
    fine = isinstance(temperature, dict) and _is_number(temperature.get("value"), 1e-3, 1e3)
    _expect(fine and _is_whole(temperature.get("n"), 10**9), "temperature", "a value and its n", temperature)
    fitted_on = checked_text(temperature.get("fitted_on"), "what its temperature was fitted on")
    return kept | {"temperature": {"value": temperature["value"], "n": temperature["n"], "fitted_on": fitted_on}}


def checked_collection(values: dict[str, Any], run: Run) -> dict[str, Any]:
    """Title, source and licence of the collection, and the labels that were corrected."""
    kept = values.get("collection")
    _expect(isinstance(kept, dict), "collection", "its title, source and licence", kept)
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
    _expect(isinstance(values, dict), what, "texts by name", values)
    assert isinstance(values, dict)
    return {checked_text(name, what): checked_text(text, what) for name, text in values.items()}


def checked_text(value: object, what: str, *, longest: int = _LONGEST_TEXT) -> str:
    """A text that is not too long."""
    _expect(isinstance(value, str) and len(value) <= longest, what, f"a text of at most {longest:,} characters", value)
    return str(value)


def _is_number(value: Any, low: float, high: float) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and bool(low <= value <= high)


def _is_whole(value: object, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= high


def _expect(fine: bool, what: str, expected: str, got: object) -> None:  # noqa: FBT001, like assert
    if not fine:
        shown = readable_name(reprlib.repr(got))
        raise ValueError(
            f"{what}: expected {expected}, got {shown if len(shown) <= _SHOWN else f'{shown[:_SHOWN]}...'}"
        )
