"""Results as a table: one row a song, the same in the file of the command line and in the browser's."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from core.classifying.result import SongResult
from core.names import spreadsheet_text

_YES_NO = {True: "yes", False: "no", None: ""}


def column_names(run_ids: Sequence[str]) -> list[str]:
    """Names of the columns; those of single runs only where there are several."""
    of_runs = [] if len(run_ids) == 1 else [f"{what}_{run_id[:6]}" for run_id in run_ids for what in _OF_RUN]
    return [*_FIRST, *of_runs, *_LAST]


_FIRST = ("file", "verdict", "probability", "second", "second_probability", "models_agreeing", "models")
_OF_RUN = ("verdict", "probability")
_LAST = ("unlike", "genre_tag", "tag_and_verdict", "artist", "title", "duration_s", "reliable", "warning", "error")


def table_row(result: SongResult, run_ids: Sequence[str]) -> dict[str, Any]:
    """One song by column; None where there is nothing to say.

    Parameters
    ----------
    result : SongResult
    run_ids : sequence of str
        Runs that were asked.
    """
    leading = result.leading
    ranked: list[tuple[str, float] | None] = [None, None]
    if leading is not None:
        ranked = [*leading.ranked[:2], *ranked][:2]
    first, second = ranked
    row: dict[str, Any] = {
        "file": result.song,
        "verdict": first and first[0],
        "probability": first and first[1],
        "second": second and second[0],
        "second_probability": second and second[1],
        "models_agreeing": None if leading is None else result.n_agreeing,
        "models": len(run_ids),
    }
    if len(run_ids) > 1:
        by_run = {verdict.run_id: verdict for verdict in result.verdicts if not verdict.error}
        for run_id in run_ids:
            best = by_run[run_id].ranked[0] if run_id in by_run else (None, None)
            row |= {f"{what}_{run_id[:6]}": value for what, value in zip(_OF_RUN, best, strict=True)}
    return row | {
        "unlike": result.unlike,
        "genre_tag": result.tags.genre or None,
        "tag_and_verdict": result.tag_answer,
        "artist": result.tags.artist or None,
        "title": result.tags.title or None,
        "duration_s": result.duration_s,
        "reliable": None if leading is None else _YES_NO[result.reliable],
        "warning": result.warnings or None,
        "error": result.error or None,
    }


def csv_lines(results: Iterable[SongResult], run_ids: Sequence[str]) -> Iterator[str]:
    """The table as CSV (RFC 4180), a row at a time; texts that a spreadsheet would run begin with an apostrophe."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, column_names(run_ids), lineterminator="\r\n")
    writer.writeheader()
    yield stream.getvalue()
    for result in results:
        stream.seek(0)
        stream.truncate()
        writer.writerow({name: spreadsheet_text(value) for name, value in table_row(result, run_ids).items()})
        yield stream.getvalue()
