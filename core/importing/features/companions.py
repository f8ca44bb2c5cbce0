"""What public copies of GTZAN bring beside the sound: feature tables, and pictures that Genre Lab makes itself."""

from pathlib import Path

from core.clips.clip import SkippedFile
from core.errors import CollectionError
from core.files import separator_of
from core.importing.features.register import import_feature_path
from core.names import readable_name

_TABLE_PATTERN = "features_*_sec.csv"
_PICTURES = "images_original"
_MAX_HEADER_BYTES = 10_000


def companion_tables(root: Path) -> tuple[Path, ...]:
    """Feature tables in or beside the folder of the genres, as Kaggle's GTZAN has them.

    Parameters
    ----------
    root : Path
        The folder that holds the genres.
    """
    return tuple(
        table for folder in _folders(root) for table in sorted(folder.glob(_TABLE_PATTERN)) if _is_feature_table(table)
    )


def import_companions(root: Path, title: str) -> tuple[SkippedFile, ...]:
    """Register the feature tables as collections of their own; what could not be used, and why.

    Parameters
    ----------
    root : Path
        The folder that holds the genres.
    title : str
        Of the collection that they belong to.
    """
    skipped: list[SkippedFile] = []
    for table in companion_tables(root):
        try:
            import_feature_path(table, title=f"{title[:50]}: {readable_name(table.stem)}")
        except CollectionError as error:
            skipped.append(SkippedFile(readable_name(table.name), str(error)))
    for folder in _folders(root):
        if (folder / _PICTURES).is_dir():
            reason = "images of spectrograms; Genre Lab computes its own from the sound"
            skipped.append(SkippedFile(f"{_PICTURES}/", reason))
    return tuple(skipped)


def _folders(root: Path) -> list[Path]:
    return [root, root.parent] if root.name == "genres_original" else [root]


def _is_feature_table(table: Path) -> bool:
    """Whether its first line reads ``filename,...,label``, and it is a file of its own."""
    if table.is_symlink() or not table.is_file():
        return False
    try:
        with table.open("rb") as stream:
            header = stream.readline(_MAX_HEADER_BYTES).decode(errors="replace")
    except OSError:
        return False
    columns = {column.strip() for column in header.lstrip("\ufeff").split(separator_of(header))}
    return {"filename", "label"} <= columns
