"""CSV files that people edit elsewhere and bring back, as a spreadsheet leaves them.

Commas, semicolons or tabs stand between the columns, whichever the first line has most of; the text is UTF-8 or, as
Excel's "Unicode text", UTF-16. A file of which one line cannot be used is refused as a whole, each such line named.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import CollectionError
from core.files import separator_of
from core.names import readable_name

_STARTS_A_FORMULA = re.compile(r"'*[=+@\t\r-]")
"""Also behind apostrophes: what `as_text` puts before a text is told from what was there."""
_MOST_LINES = 20
_LONGEST = 80


def as_text(value: str) -> str:
    """A text that no spreadsheet runs as a formula (OWASP, *CSV Injection*)."""
    return f"'{value}" if _STARTS_A_FORMULA.match(value) else value


def as_written(value: str) -> str:
    """The text of which `as_text` made this."""
    return value[1:] if value.startswith("'") and _STARTS_A_FORMULA.match(value) else value


@dataclass(frozen=True)
class EditedTable:
    """A file's lines that are not blank.

    Attributes
    ----------
    columns : tuple of str
        Names in the first line, in small letters.
    rows : tuple of (int, tuple of str)
        The other lines, each with its number in the file, which counts from 1.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_edited(content: bytes, *, what: str, columns: Sequence[str], needed: Sequence[str], most: int) -> EditedTable:
    """The lines of a file.

    Parameters
    ----------
    content : bytes
    what : str
        What the file is called in messages: ``"mapping"``.
    columns : sequence of str
        Those that such a file may have, for messages.
    needed : sequence of str
        Those that its first line must have, each once.
    most : int
        Bytes that such a file may have.

    Raises
    ------
    CollectionError
        It is no such file.
    """
    lines = list(io.StringIO(_text(content, what, most), newline=""))
    reader = csv.reader(lines, delimiter=separator_of(lines[0]) if lines else ",", strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    start = 1
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                rows.append((start, tuple(fields)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise CollectionError(f"Line {start} of the {what} is no CSV ({error}). Nothing was changed.") from error
    if not rows:
        raise CollectionError(f"The {what} is empty. Expected the columns {', '.join(columns)}.")
    header = tuple(field.strip().casefold() for field in rows[0][1])
    if any(header.count(column) != 1 for column in needed):
        found = readable_name(", ".join(header))[:_LONGEST]
        named = f"column{'' if len(needed) == 1 else 's'} {' and '.join(needed)}"
        raise CollectionError(
            f"Expected a {what} with the {named} in its first line, {'' if len(needed) == 1 else 'each '}once; got "
            f"“{found}”. Export one to see what it looks like. Nothing was changed."
        )
    return EditedTable(header, tuple(rows[1:]))


def refuse_lines(bad: Sequence[str], *, what: str) -> None:
    """`CollectionError` that names the lines that cannot be used, where there are any."""
    if bad:
        further = f"; and {len(bad) - _MOST_LINES:,} further lines" if len(bad) > _MOST_LINES else ""
        raise CollectionError(
            f"{len(bad):,} line{'' if len(bad) == 1 else 's'} of the {what} cannot be used: "
            f"{'; '.join(bad[:_MOST_LINES])}{further}. Nothing was changed."
        )


def _text(content: bytes, what: str, most: int) -> str:
    if len(content) > most:
        raise CollectionError(f"The {what} is larger than {most / 1e6:.0f} MB. Nothing was changed.")
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise CollectionError(
            f"The {what} is not UTF-8 text. Save it as “CSV UTF-8” (Excel), or as CSV in UTF-8. Nothing was changed."
        ) from None
