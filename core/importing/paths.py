"""What may be imported: which folder, archive, feature file or table a typed path means, and what no file can be."""

import os
from pathlib import Path

from core.errors import CollectionError
from core.importing.archives import ARCHIVE_EXTENSIONS, is_archive_name
from core.importing.features.file import FEATURE_EXTENSIONS, is_feature_file
from core.importing.seen import is_sound_name
from core.names import readable_name
from core.settings import load_settings

_FEATURES = ", ".join(FEATURE_EXTENSIONS)
_REMEDIES = (
    (
        (".npy",),
        "An .npy holds one array, without names and genres: numpy.savez(file, level=array, clip=names, genre=genres) "
        "makes an .npz of all three.",
    ),
    (
        (
            ".json",
            ".jsonl",
            ".xlsx",
            ".xls",
            ".ods",
            ".parquet",
            ".feather",
            ".h5",
            ".hdf5",
            ".mat",
            ".arff",
            ".sqlite",
        ),
        "Save it as a table (.csv), one line per clip, with its name, its genre and numbers.",
    ),
    (
        (".pkl", ".pickle", ".pt", ".pth", ".joblib", ".tfrecord"),
        "Such a file is never opened, since that can run code. Save a table (.csv) or arrays (.npz).",
    ),
    ((".txt", ".dat", ".tab"), "If it is a table, call it .csv or .tsv."),
    ((".rar", ".7z", ".gz", ".bz2", ".xz", ".zst"), "Unpack it yourself, then import what was in it."),
)
"""What to do with files that people have features in, by extension."""
_LONGEST_SHOWN = 200
"""Characters of a typed path in a message."""


def resolve_import_path(text: str) -> Path:
    """The folder, archive or feature file that a path typed in the browser means, if it lies where one may look.

    Raises
    ------
    CollectionError
        Empty, outside the permitted folders, or neither folder, archive nor feature file. What lies outside is not told
        apart from what does not exist, so that the page cannot be used to find out.
    """
    roots = load_settings().collection_roots
    allowed = ", ".join(str(root) for root in roots)
    if not text.strip() or "\0" in text:
        raise CollectionError(f"Type the path of a folder, an archive or a feature file ({_FEATURES}) under {allowed}.")
    typed = Path(os.path.expanduser(text.strip()))
    candidates = [typed] if typed.is_absolute() else [root / typed for root in roots]
    for candidate in candidates:
        # Unlike Path.resolve, realpath raises nothing for a link that leads to itself, nor Path.is_dir's OSErrors.
        resolved = real_path(candidate)
        if any(resolved.is_relative_to(real_path(root)) for root in roots) and (
            os.path.isdir(resolved) or os.path.isfile(resolved)
        ):
            if os.path.isfile(resolved):
                require_importable(resolved.name)
            return resolved
    shown = text.strip() if len(text.strip()) <= _LONGEST_SHOWN else text.strip()[:_LONGEST_SHOWN] + "…"
    raise CollectionError(
        f"{shown!r} is not a folder, archive or feature file ({_FEATURES}) under {allowed}. Copy the collection "
        "there, or start the dashboard with GENRE_LAB_DATA set to the folder that holds it."
    )


def resolve_table_path(text: str, folder: Path) -> str:
    """The table that a path typed in the browser means, as `GenreFrom` keeps it, if it lies where one may look.

    Parameters
    ----------
    text : str
        From the folder, or from one of those that may be read.
    folder : Path
        That is being imported.

    Raises
    ------
    CollectionError
        Empty, or not a file in the folder or in the permitted ones.
    """
    roots = (folder, *load_settings().collection_roots)
    typed = Path(os.path.expanduser(text.strip()))
    usable = bool(text.strip()) and "\0" not in text
    for candidate in ([typed] if typed.is_absolute() else [root / typed for root in roots]) if usable else []:
        resolved = real_path(candidate)
        if os.path.isfile(resolved) and any(resolved.is_relative_to(real_path(root)) for root in roots):
            root = real_path(folder)
            return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else str(resolved)
    allowed = ", ".join(str(root) for root in roots)
    raise CollectionError(f"{text.strip()[:_LONGEST_SHOWN]!r} is not a file under {allowed}. Copy the table there.")


def real_path(path: Path) -> Path:
    """Where a path leads, links followed; a link to itself raises nothing."""
    return Path(os.path.realpath(path))


def require_importable(name: str) -> None:
    """`CollectionError` where a file of this name is neither an archive nor a feature file; says what to do with it."""
    if is_archive_name(name) or is_feature_file(name):
        return
    extension = os.path.splitext(name)[1].lower()
    if is_sound_name(name):
        remedy = "One sound file is no collection: put several into one folder a genre. Classify takes single songs."
    else:
        remedy = next((remedy for extensions, remedy in _REMEDIES if extension in extensions), "")
    raise CollectionError(
        f"{readable_name(name)} cannot be imported. Expected a folder with one subfolder for each genre, an archive of "
        f"one ({', '.join(ARCHIVE_EXTENSIONS)}), or features: a table or arrays ({_FEATURES}). {remedy}".rstrip()
    )
