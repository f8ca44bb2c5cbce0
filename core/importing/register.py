"""Folders of sound files become collections; the user's own files are only read."""

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from core.clips.clip import Clip, ClipFacts, SkippedFile
from core.clips.collection import Collection
from core.clips.passages import WHOLE, Excerpting
from core.collections.clip_facts import FACTS_FILE, is_gtzan, read_clips_csv, stated_licence
from core.collections.registry import is_ready, known_title, load_collection, save_collection
from core.errors import CollectionError, NewerVersionError
from core.importing.archives import ARCHIVE_EXTENSIONS, is_archive_name
from core.importing.excerpting import OnListened, cut_songs
from core.importing.features.companions import import_companions
from core.importing.features.file import FEATURE_EXTENSIONS, is_feature_file
from core.importing.features.register import import_feature_path
from core.importing.folder import OnProgress, scan_folder
from core.importing.seen import is_sound_name
from core.names import readable_name, slug
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
        resolved = _real(candidate)
        if any(resolved.is_relative_to(_real(root)) for root in roots) and (
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


def _real(path: Path) -> Path:
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


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What is known of a folder beforehand, where Genre Lab itself fetched or unpacked it.

    Attributes
    ----------
    id, title : str
    source, licence : str
        Found from the clips where empty.
    origin : str
        What the clips came in, for a source that is found: the name of an archive. The folder where empty.
    """

    id: str
    title: str
    source: str = ""
    origin: str = ""
    licence: str = ""


def import_folder(
    path: Path,
    *,
    title: str | None = None,
    provenance: Provenance | None = None,
    excerpting: Excerpting | None = None,
    on_progress: OnProgress | None = None,
    on_listened: OnListened | None = None,
) -> Collection:
    """Scan a folder and register it; the same folder again replaces its manifest.

    Feature tables beside the sound, as in Kaggle's GTZAN, become collections of their own.

    Parameters
    ----------
    path : Path
    title : str, optional
        The one it has already, or the folder's name, when not given.
    provenance : Provenance, optional
        Takes the place of what would be found from the path.
    excerpting : Excerpting, optional
        Which passages of long files become clips. When not given, a collection that is there keeps what it has, and a
        new one gets one excerpt of 30 s from the middle of each file of more than a minute.
    on_progress : callable, optional
        Called with (files looked at, files in all).
    on_listened : callable, optional
        Called with (files listened to, files in all) where their loudest passages are looked for.

    Raises
    ------
    CollectionError
        Missing, or no clips in a known layout; or every file was skipped.

    Examples
    --------
    >>> from core.importing.register import import_folder
    >>> collection = import_folder(folder)  # one folder for each genre
    >>> collection.counts
    {'bass': 8, 'hiss': 8, 'treble': 8}
    """
    folder = _real(path)
    known = provenance or Provenance(id=_identify(folder), title=_default_title(folder))
    before = _as_before(known.id)
    chosen = excerpting or (Excerpting() if before is None else before.excerpting)
    found = _scan(folder, on_progress).cut(chosen or WHOLE, before, on_listened)
    if not found.clips:
        raise CollectionError(
            f"None of the {len(found.skipped)} files in {folder} can be read as a clip; the first: "
            f"{found.skipped[0].name}: {found.skipped[0].reason}"
        )
    title = (title or "").strip()[:80] or known_title(known.id) or known.title
    collection = Collection(
        id=known.id,
        title=title,
        kind="folder",
        source=known.source or _source(known.origin or str(folder), found.clips),
        licence=known.licence or stated_licence(found.clips),
        synthetic=False,
        root=found.root,
        clips=found.clips,
        skipped=(*found.skipped, *import_companions(found.root, title)),
        facts=found.facts,
        excerpting=chosen,
        folder=folder if folder != found.root else None,
    )
    save_collection(collection)
    return load_collection(collection.id)


def rescan_collection(
    collection_id: str, *, on_progress: OnProgress | None = None, on_listened: OnListened | None = None
) -> Collection:
    """Scan a collection's folder again: clips added, changed or removed since are taken over.

    Long files are cut as they were at import; parameters as of `import_folder`.
    """
    known = load_collection(collection_id, as_written=True)
    if known.kind == "demo":
        return load_collection(collection_id)
    if known.kind == "features":
        return import_feature_path(known.root, title=known.title)
    scanned = _scan(known.folder or known.root, on_progress)
    found = scanned.cut(known.excerpting or WHOLE, _as_before(collection_id), on_listened)
    if not found.clips:
        raise CollectionError(f"No clip is left in {found.root}; {known.title} was kept as it was.")
    skipped = (*found.skipped, *import_companions(found.root, known.title))
    save_collection(replace(known, root=found.root, clips=found.clips, skipped=skipped, facts=found.facts))
    return load_collection(collection_id)


@dataclass(frozen=True)
class _Scan:
    """What a folder holds: the folder of the genres, the clips, the folder's own facts, and what was skipped."""

    root: Path
    clips: tuple[Clip, ...]
    facts: dict[str, ClipFacts]
    skipped: tuple[SkippedFile, ...]

    def cut(self, excerpting: Excerpting, before: Collection | None, on_listened: OnListened | None) -> "_Scan":
        """The same with long files cut into passages, which share the facts of their file."""
        cut = cut_songs(self.clips, excerpting, root=self.root, before=before, on_listened=on_listened)
        return _Scan(self.root, cut.clips, cut.spread(self.facts), (*self.skipped, *cut.skipped))


def _scan(folder: Path, on_progress: OnProgress | None) -> _Scan:
    root, clips, skipped = scan_folder(folder, on_progress=on_progress)
    sound = tuple(entry for entry in skipped if entry.name != FACTS_FILE)
    holder = root if os.path.lexists(root / FACTS_FILE) else folder
    own_facts, unusable = read_clips_csv(holder / FACTS_FILE, clips)
    return _Scan(root, clips, own_facts, (*sound, *unusable))


def _as_before(collection_id: str) -> Collection | None:
    """The collection as it was, also the clips excluded or left out; None where there is none that can be read."""
    try:
        return load_collection(collection_id, as_written=True) if is_ready(collection_id) else None
    except (CollectionError, NewerVersionError):
        return None


def _default_title(folder: Path) -> str:
    generic = {"genres", "genres_original", "wavfiles", "data"}
    return folder.parent.name if folder.name.lower() in generic and folder.parent.name else folder.name


def _identify(folder: Path) -> str:
    digest = hashlib.sha256(str(folder).encode()).hexdigest()
    return f"{slug(_default_title(folder), fallback='collection')}-{digest[:6]}"


def _source(origin: str, clips: tuple[Clip, ...]) -> str:
    known = "GTZAN clips (Tzanetakis and Cook, 2002) in " if is_gtzan(clips) else ""
    return f"{known}{origin}"
