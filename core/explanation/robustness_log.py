"""What was found of single clips in measuring robustness, ``robustness.jsonl`` in the run's folder.

A line a clip and change, written at once and kept: a measurement that was stopped or killed goes on where it was, and
one of more clips judges those that are new. A line that is damaged, as the last one of a killed process may be, is
passed over; of two of the same clip and change the later counts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from core.collections.sound import Sound
from core.explanation.changes import CHANGES, Change
from core.files import storage_errors
from core.prediction.judge import Judge
from core.runs.folders import run_folder

_FILE, _VERSION = "robustness.jsonl", 1
"""The version is raised whenever a change of a song sounds otherwise than before."""


@dataclass(frozen=True)
class Judged:
    """Whether a run judged a clip rightly at each value of a change.

    Attributes
    ----------
    clip, genre, stamp : str
        Its name, its right genre, and what tells that it would be judged in the same way again (`stamp_of`).
    change : str
        Id of the change.
    is_right : mapping of float to bool
        By value.
    """

    clip: str
    genre: str
    stamp: str
    change: str
    is_right: Mapping[float, bool]


def stamp_of(sound: Sound, judge: Judge) -> str:
    """What differs where a clip has another file, or a run sees or says it in another way."""
    seen = " ".join(front_end.identity for front_end in judge.front_ends)
    temperature = None if judge.temperature is None else judge.temperature.value
    return f"{sound.clip.key}|{sound.start_s}|{sound.end_s}|{seen}|{temperature}"


class RobustnessLog:
    """The log of a run's measurement.

    Parameters
    ----------
    run_id : str

    Raises
    ------
    RunError
        The id is none of a run.
    """

    def __init__(self, run_id: str) -> None:
        self._path = run_folder(run_id) / _FILE

    def read(self) -> tuple[Judged, ...]:
        """What was found so far, in the order in which it was; of changes that have other values now nothing."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        return tuple(judged for line in lines if (judged := _read_line(line)) is not None)

    def add(self, judged: Judged) -> None:
        """Write a line; `StorageError` where the disk cannot take it."""
        values = {
            "version": _VERSION,
            "clip": judged.clip,
            "genre": judged.genre,
            "stamp": judged.stamp,
            "change": judged.change,
            "is_right": [[value, is_right] for value, is_right in judged.is_right.items()],
        }
        line = json.dumps(values).encode()
        with storage_errors(self._path.parent):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as stream:
                # The line break comes first: it ends what a killed process may have begun.
                stream.write(b"\n" + line)


def _read_line(line: bytes) -> Judged | None:
    try:
        values = json.loads(line)
        change: Change = CHANGES[values["change"]]
        is_right = {float(value): bool(right) for value, right in values["is_right"]}
        if values["version"] != _VERSION or tuple(sorted(is_right)) != change.values:
            return None
        return Judged(str(values["clip"]), str(values["genre"]), str(values["stamp"]), change.id, is_right)
    except (ValueError, KeyError, TypeError):
        return None
