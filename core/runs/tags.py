"""How a run is written into MLflow tags, so that one listing call yields whole `Run` records.

MLflow cuts a tag at 8,000 characters (older servers at 5,000), and figures of an epoch would need a call for each
run and metric. So the record is one JSON text laid over as many tags as it needs::

    genre_lab.config   = "<number of parts>:<CRC-32 of the whole>:<first part>"
    genre_lab.config.1 = "<second part>"

The sum tells a text that was read while being rewritten. Metrics and parameters are logged besides, for
people who use MLflow's own pages; they are never read back.
"""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from core.errors import RunError
from core.names import readable_name

CONFIG_TAG = "genre_lab.config"
"""What is fixed from the start: configuration, collection, library versions."""
RECORD_TAG = "genre_lab.record"
"""What grows: history, split sizes, result."""
ERROR_TAG = "genre_lab.error"
HOST_TAG = "genre_lab.host"
GROUP_TAG = "genre_lab.group"
"""What the run was started with, where it was not started alone: several seeds, folds, a search."""
GROUP_KIND_TAG = "genre_lab.group_kind"
"""What joins the group: ``seeds``, ``folds``, ``leak`` (see `core.experiments`)."""
GROUP_LABEL_TAG = "genre_lab.group_label"
GROUP_PLACE_TAG = "genre_lab.group_place"
"""How the run is known within its group: its seed, fold or protocol."""
STOP_REASON_TAG = "genre_lab.stop_reason"
"""Why it was ended early by something else than its own settings or the Stop button: its search, for instance."""
IMPORTED_FROM_TAG = "genre_lab.imported_from"
"""Where it was imported from, in words, if it was trained in another Genre Lab."""
IMPORTED_ID_TAG = "genre_lab.imported_id"
"""The id that it had there."""
HEARTBEAT_TAG = "genre_lab.heartbeat"
LABELS_TAG = "genre_lab.tags"
"""What people tagged the run with, parted by commas."""
NOTE_TAG = "mlflow.note.content"
"""What MLflow's own pages show as the run's description."""
ARCHIVED_TAG = "genre_lab.archived"
"""``true`` for a run that was put away."""
PREDICTION_TAG = "genre_lab.prediction_ms"
"""Milliseconds that a prediction takes, measured after the training."""
TEMPERATURE_TAG = "genre_lab.temperature"
"""Which temperature the probabilities of a run on a server are at, where that was chosen (`core.runs.temperature`)."""
_PART_LENGTH = 4_000


def read_labels(text: str) -> tuple[str, ...]:
    """The tags that a text holds, parted by commas.

    >>> read_labels("baseline, for class,,")
    ('baseline', 'for class')
    """
    return tuple(dict.fromkeys(label for part in text.split(",") if (label := readable_name(part.strip()))))


def write_text_tags(name: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Tags that hold ``values`` as JSON."""
    text = json.dumps(values, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    parts = [text[start : start + _PART_LENGTH] for start in range(0, len(text), _PART_LENGTH)]
    tags = {f"{name}.{number}": part for number, part in enumerate(parts) if number}
    return {**tags, name: f"{len(parts)}:{zlib.crc32(text.encode()):08x}:{parts[0]}"}


def read_text_tags(name: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """Values that `write_text_tags` wrote.

    Raises
    ------
    RunError
        The tags are missing, or are of two different writings.
    """
    try:
        count, checksum, first = tags[name].split(":", 2)
        text = first + "".join(tags[f"{name}.{number}"] for number in range(1, int(count)))
        if f"{zlib.crc32(text.encode()):08x}" != checksum:
            raise ValueError("its checksum does not match")
        values = json.loads(text)
    except (KeyError, ValueError) as error:
        raise RunError(f"The tag {name} of the run is missing or damaged ({error}).") from error
    if not isinstance(values, dict):
        raise RunError(f"The tag {name} of the run contains no record.")
    return values
