"""What checks leave behind, in the collection's folder: ``quality/``.

``clips-v2.sqlite``   measurements and fingerprint of each clip, by clip key: a clip that has not changed is not
                      analysed again. Each clip is committed by itself, so that a killed check keeps what it had.
``report.json``       the findings of the last check that was completed, replaced atomically.
"""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.clips.folders import collection_folder
from core.errors import CollectionError
from core.files import damage_as, known_fields, make_database_file, read_json, require_version, write_json
from core.quality.findings import KINDS, Finding
from core.quality.fingerprint import Fingerprint
from core.quality.soundness import Measurements

_ANALYSIS_VERSION = 2
"""Raised whenever the same file gives other measurements or another fingerprint."""
_REPORT_VERSION = 1


@dataclass(frozen=True)
class QualityReport:
    """Findings of one check.

    Attributes
    ----------
    fingerprint : str
        Of the whole collection as it was checked, excluded clips included.
    checked_at : float
        Unix time.
    n_clips : int
    findings : tuple of Finding
        Sorted by kind, the gravest first.
    """

    fingerprint: str
    checked_at: float
    n_clips: int
    findings: tuple[Finding, ...]


def quality_folder(collection_id: str) -> Path:
    """Where the checks of a collection are kept."""
    return collection_folder(collection_id) / "quality"


class AnalysisStore:
    """Measurements and fingerprints of a collection's clips; use as a context manager."""

    def __init__(self, collection_id: str) -> None:
        folder = quality_folder(collection_id)
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"clips-v{_ANALYSIS_VERSION}.sqlite"

    def __enter__(self) -> "AnalysisStore":
        try:
            make_database_file(self._path)
            self._connection = sqlite3.connect(self._path, timeout=30)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS clips (clip_key TEXT PRIMARY KEY, facts TEXT NOT NULL, "
                "hashes BLOB, frames BLOB, bits BLOB, levels BLOB)"
            )
            self._connection.commit()
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _damaged(self, error: Exception) -> CollectionError:
        return CollectionError(
            f"The stored analysis {self._path} is damaged ({error}). Delete the file and check again; no sound is lost."
        )

    def add(self, clip_key: str, facts: Measurements, prints: Fingerprint | None) -> None:
        """Keep what was found out about a clip."""
        arrays = (None,) * 4 if prints is None else (prints.hashes, prints.frames, prints.bits, prints.level_db)
        blobs = [None if array is None else array.tobytes() for array in arrays]
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO clips VALUES (?, ?, ?, ?, ?, ?)",
                (clip_key, json.dumps(facts.to_dict()), *blobs),
            )

    def facts(self) -> dict[str, Measurements]:
        """Measurements by clip key."""
        try:
            rows = self._connection.execute("SELECT clip_key, facts FROM clips").fetchall()
            return {key: Measurements.from_dict(json.loads(text)) for key, text in rows}
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            raise self._damaged(error) from error

    def prints(self, clip_keys: Iterable[str]) -> list[Fingerprint]:
        """Fingerprints of these clips, all of which must have one."""
        return [self._print(key) for key in clip_keys]

    def _print(self, clip_key: str) -> Fingerprint:
        query = "SELECT hashes, frames, bits, levels FROM clips WHERE clip_key = ?"
        try:
            hashes, frames, bits, levels = self._connection.execute(query, (clip_key,)).fetchone()
            return Fingerprint(
                np.frombuffer(hashes, np.uint32),
                np.frombuffer(frames, np.uint32),
                np.frombuffer(bits, np.uint32),
                np.frombuffer(levels, np.float16),
            )
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            raise self._damaged(error) from error

    def keep_only(self, clip_keys: Iterable[str]) -> None:
        """Forget clips that are no longer in the collection."""
        wanted = set(clip_keys)
        stored = [row[0] for row in self._connection.execute("SELECT clip_key FROM clips")]
        with self._connection:
            gone = [(key,) for key in stored if key not in wanted]
            self._connection.executemany("DELETE FROM clips WHERE clip_key = ?", gone)


def save_report(collection_id: str, report: QualityReport) -> None:
    """Replace the last report of a collection."""
    write_json(
        quality_folder(collection_id) / "report.json",
        {
            "version": _REPORT_VERSION,
            "fingerprint": report.fingerprint,
            "checked_at": report.checked_at,
            "n_clips": report.n_clips,
            "findings": [finding.to_dict() for finding in report.findings],
        },
    )


def load_report(collection_id: str) -> QualityReport | None:
    """The last report, or None when the collection has not been checked.

    Raises
    ------
    CollectionError
        The report is damaged.
    NewerVersionError
        A newer Genre Lab wrote it.
    """
    path = quality_folder(collection_id) / "report.json"
    with suppress(FileNotFoundError), damage_as(CollectionError, f"The report {path}", "Check the collection again."):
        values = read_json(path)
        require_version(values, _REPORT_VERSION, path)
        findings = tuple(
            # Of a kind that a newer Genre Lab looks for, nothing can be said here.
            Finding(**known_fields(Finding, entry))
            for entry in values["findings"]
            if entry["kind"] in KINDS
        )
        return QualityReport(values["fingerprint"], values["checked_at"], values["n_clips"], findings)
    return None
