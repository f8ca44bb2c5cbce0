"""What public copies of GTZAN bring beside the sound, and Genre Lab makes itself: feature tables, pictures."""

from pathlib import Path

from core.collections.base import SkippedFile
from core.names import readable_name

_TABLE_PATTERN = "features_*_sec.csv"
_PICTURES = "images_original"
_MAX_HEADER_BYTES = 10_000


def unread_companions(root: Path) -> tuple[SkippedFile, ...]:
    """Feature tables and pictures of spectrograms in or beside the folder of the genres, as Kaggle's GTZAN has them.

    Parameters
    ----------
    root : Path
        The folder that holds the genres.
    """
    folders = [root, root.parent] if root.name == "genres_original" else [root]
    found: list[SkippedFile] = []
    for folder in folders:
        for table in sorted(folder.glob(_TABLE_PATTERN)):
            if n_columns := _feature_columns(table):
                reason = (
                    f"a table of {n_columns} ready-made features; the sound was imported and its features are computed "
                    "anew, such tables come with a later version"
                )
                found.append(SkippedFile(readable_name(table.name), reason))
        if (folder / _PICTURES).is_dir():
            reason = "pictures of spectrograms; Genre Lab makes its own from the sound"
            found.append(SkippedFile(f"{_PICTURES}/", reason))
    return tuple(found)


def _feature_columns(table: Path) -> int:
    """Features in a table whose first line reads ``filename,...,label``, else 0."""
    try:
        with table.open("rb") as stream:
            header = stream.readline(_MAX_HEADER_BYTES).decode(errors="replace")
    except OSError:
        return 0
    columns = [column.strip() for column in header.lstrip("\ufeff").split(",")]
    if columns[0] != "filename" or columns[-1] != "label":
        return 0
    return len([column for column in columns if column not in ("filename", "length", "label")])
