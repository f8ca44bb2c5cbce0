"""Tables of features (CSV, TSV), one line a clip; see `core.importing.features.file` for what is read."""

import re
from collections.abc import Iterator
from typing import IO

import numpy as np
import pandas as pd

from core.collections.clip_facts import usable_columns
from core.errors import CollectionError
from core.features.base import Features
from core.features.given import MAX_COLUMNS, GivenTable
from core.features.gtzan_table import TABLE_NAMES, GtzanTableFeatures
from core.files import separator_of
from core.importing.features.file import (
    CLIP_COLUMNS,
    FACT_COLUMNS,
    GENRE_COLUMNS,
    MAX_CLIPS,
    MAX_NAME,
    Block,
    FeatureFile,
    clip_facts,
    clip_names,
    genres_of,
    made,
    usable_durations,
)
from core.names import readable_name, reason_of

_MAX_TABLE_BYTES = 500_000_000
_NOT_NUMBERS = ["", "NA", "N/A", "NaN", "nan", "null", "None"]
_TABLE_RATE_HZ = 22_050
_KNOWN = {*CLIP_COLUMNS, *GENRE_COLUMNS, *FACT_COLUMNS, "length", "duration_s"}
_MAX_HEADER_BYTES = 1_000_000
_REMEDY = "From a spreadsheet, save it as CSV in UTF-8."
_DECIMAL_COMMA = r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d*),\d+(?:[eE][+-]?\d+)?"
_GENRE_CODE = re.compile(r"(?:genre|label|class|category|target)[ _-]?(?:id|code|index|idx|no|num|number|encoded|int)")
_ROW_COUNT = re.compile(r"index|idx|row|row[ _-]?(?:id|no|number)|level_0|nr|no")
_MOSTLY = 0.5
"""A column is a feature where more of its values than this are numbers; rows without one are left out."""


def open_table(stream: IO[bytes], shown: str) -> FeatureFile:
    """See `core.importing.features.register.open_feature_file`."""
    if stream.seek(0, 2) > _MAX_TABLE_BYTES:
        raise CollectionError(
            f"{shown} is larger than {_MAX_TABLE_BYTES / 1e6:.0f} MB. Use an npz file for large sets."
        )
    separator, header = _table_header(stream, shown)
    clip = next((column for column in CLIP_COLUMNS if column in header), None)
    genre = next((column for column in GENRE_COLUMNS if column in header), None)
    if clip is None or genre is None:
        found = ", ".join(header[:12])[:MAX_NAME]
        raise CollectionError(
            f"{shown} needs a column that names the clip ({', '.join(CLIP_COLUMNS)}) and one with its genre "
            f"({', '.join(GENRE_COLUMNS)}); it has {found or 'no columns'}."
        )
    words = {clip, genre, *(column for column in FACT_COLUMNS if column in header)}
    table = _read_table(stream, shown, separator, header, words)
    features: list[str] = []
    left_out: dict[str, str] = {}
    worded: dict[str, list[str]] = {}
    for column in header:
        if column in words or re.fullmatch(r"Unnamed: \d+|", column):
            continue
        given = table[column]
        table[column] = numbers = _numbers(given)
        if column in ("length", "duration_s"):
            continue
        if numbers.notna().mean() > _MOSTLY:
            if reason := _no_feature(column, numbers):
                left_out[column] = reason
            else:
                features.append(column)
        elif (given.notna() & numbers.isna()).sum() > numbers.notna().sum():
            worded[column] = ["" if pd.isna(value) else str(value) for value in given]
        else:
            left_out[column] = "has too few numbers for a feature, and no words by which clips can be grouped"
    if not features:
        raise CollectionError(f"{shown} has no numeric column other than {', '.join(sorted(words))}.")
    if reserved := [column for column in features if column in ("clip", "genre")]:
        raise CollectionError(f"{shown} has numbers in a column called {reserved[0]}; rename it.")
    known = set(features) == set(TABLE_NAMES)
    front_end: Features = GtzanTableFeatures() if known else made(lambda: GivenTable(names=tuple(features)), shown)
    ordered = list(TABLE_NAMES) if known else features
    names = clip_names(table[clip].tolist())
    genres, notes = genres_of(table[genre].tolist(), shown)
    kept, refused = usable_columns(worded)
    opened = FeatureFile(
        front_end=front_end,
        names=names,
        genres=genres,
        n_valid=(1,) * len(names),
        duration_s=_table_durations(table, known=known),
        facts=clip_facts(
            names,
            {column: table[column].tolist() for column in FACT_COLUMNS if column in words},
            {column: worded[column] for column in kept},
        ),
        read=lambda file: _table_blocks(file, table, ordered),
    )
    for column, reason in left_out.items():
        opened.skip(f"column {column}", reason)
    for note in notes:
        opened.skip(note.name, note.reason)
    for column in kept:
        opened.skip(f"column {column}", "has words, so it is not a feature; clips can be split by it")
    for column, reason in refused.items():
        opened.skip(f"column {column}", reason)
    return opened


def _numbers(given: pd.Series) -> pd.Series:
    """A column as numbers, missing where it has none; where that gives more of them, with commas for the point."""
    numbers = pd.to_numeric(given, errors="coerce")
    if pd.api.types.is_numeric_dtype(given):
        return numbers
    words = given.astype("string").str.strip()
    is_decimal = words.str.fullmatch(_DECIMAL_COMMA).fillna(value=False)
    if not is_decimal.any():
        return numbers
    with_point = words.where(~is_decimal, words.str.replace(".", "", regex=False).str.replace(",", ".", regex=False))
    return pd.to_numeric(with_point, errors="coerce").astype("float64")


def _no_feature(column: str, numbers: pd.Series) -> str:
    """Why a column of numbers tells nothing of the sound; empty where it may."""
    name = column.lower()
    if name in GENRE_COLUMNS or _GENRE_CODE.fullmatch(name):
        return "stands for the genre, so it is not a feature: the genre could be read from it"
    if name in CLIP_COLUMNS:
        return "names the clips, so it is not a feature"
    if _ROW_COUNT.fullmatch(name) and numbers.is_unique:
        return "counts the rows, so it is not a feature"
    return ""


def _table_header(stream: IO[bytes], shown: str) -> tuple[str, list[str]]:
    """What stands between the columns, and their names; the first line alone is read."""
    stream.seek(0)
    start = stream.read(_MAX_HEADER_BYTES + 1)
    line = re.split(rb"\r\n|\r|\n", start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), maxsplit=1)[0]
    n_separators = max(line.count(separator) for separator in (b",", b";", b"\t", b"|"))
    if n_separators >= MAX_COLUMNS + len(_KNOWN) or len(line) >= _MAX_HEADER_BYTES:
        at_least = "" if len(start) <= _MAX_HEADER_BYTES else "more than "
        raise CollectionError(
            f"{shown}: expected at most {MAX_COLUMNS:,} features, got {at_least}{n_separators + 1:,} columns in its "
            "first line. Keep those that tell genres apart."
        )
    stream.seek(0)
    try:
        separator = separator_of(line.decode())
        # As a row: pandas would give a second column of one name another.
        first = pd.read_csv(
            stream, sep=separator, nrows=1, header=None, dtype="str", keep_default_na=False, encoding="utf-8-sig"
        )
        header = [str(column).strip() for column in first.iloc[0]] if len(first) else []
    except (ValueError, pd.errors.ParserError) as error:
        raise CollectionError(f"{shown} is not a CSV table in UTF-8 ({reason_of(error)}). {_REMEDY}") from error
    lowered = [
        readable_name(column).lower() if column.lower() in _KNOWN else readable_name(column) for column in header
    ]
    if len(set(lowered)) < len(lowered):
        raise CollectionError(f"{shown} has two columns with the same name. Rename one.")
    return separator, lowered


def _read_table(stream: IO[bytes], shown: str, separator: str, header: list[str], words: set[str]) -> pd.DataFrame:
    stream.seek(0)
    try:
        table = pd.read_csv(
            stream,
            sep=separator,
            names=header,
            header=0,
            dtype=dict.fromkeys(words, "str"),
            keep_default_na=False,
            na_values={column: _NOT_NUMBERS for column in header if column not in words},
            encoding="utf-8-sig",
            nrows=MAX_CLIPS + 1,
            index_col=False,
        )
    except (ValueError, OverflowError, pd.errors.ParserError) as error:
        raise CollectionError(f"{shown} is not a CSV table in UTF-8 ({reason_of(error)}). {_REMEDY}") from error
    if not 1 <= len(table) <= MAX_CLIPS:
        n_rows = "no row" if table.empty else f"more than {MAX_CLIPS:,} rows"
        raise CollectionError(f"{shown}: expected one row per clip, got {n_rows}.")
    return table


def _table_durations(table: pd.DataFrame, *, known: bool) -> tuple[float, ...]:
    """Seconds of each clip: GTZAN's tables give samples at 22,050 Hz as ``length``; in others its unit is not known."""
    if "duration_s" in table and pd.api.types.is_numeric_dtype(table["duration_s"]):
        seconds = table["duration_s"].to_numpy(dtype=np.float64)
    elif known and "length" in table and pd.api.types.is_numeric_dtype(table["length"]):
        seconds = table["length"].to_numpy(dtype=np.float64) / _TABLE_RATE_HZ
    else:
        return (0.0,) * len(table)
    return usable_durations(seconds)


def _table_blocks(file: FeatureFile, table: pd.DataFrame, features: list[str]) -> Iterator[Block]:
    with np.errstate(over="ignore"):
        values = table[features].to_numpy(dtype=np.float64).astype(np.float32)
    finite = np.isfinite(values)
    for place in np.flatnonzero(~finite.all(axis=1)).tolist():
        column = features[int(np.argmin(finite[place]))]
        file.skip(file.names[place] or f"row {place + 1}", f"its {column} is missing or not a finite number")
    places = np.flatnonzero(finite.all(axis=1))
    yield places.tolist(), values[places][:, :, np.newaxis]
