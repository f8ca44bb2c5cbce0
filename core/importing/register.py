"""Folders of sound files become collections; the user's own files are only read."""

import hashlib
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.clips.clip import Clip, ClipFacts, SkippedFile
from core.clips.collection import Collection
from core.clips.passages import WHOLE, Excerpting
from core.collections.clip_facts import FACTS_FILE, is_gtzan, read_clips_csv, stated_licence
from core.collections.registry import is_ready, known_title, load_collection, save_collection
from core.errors import CollectionError, NewerVersionError
from core.importing.excerpting import OnListened, cut_songs
from core.importing.features.companions import import_companions
from core.importing.features.register import import_feature_path
from core.importing.folder import OnProgress, scan_folder
from core.importing.paths import real_path
from core.importing.readings.headers import Header, forget_headers, keep_headers, kept_headers
from core.importing.readings.propose import hint, look_at
from core.importing.readings.scan import scan_by
from core.importing.readings.spec import LAYOUT, GenreFrom, keep_genre_from, kept_genre_from
from core.importing.readings.told import filled
from core.names import readable_name, slug


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
    genre_from: GenreFrom | None = None,
    on_progress: OnProgress | None = None,
    on_listened: OnListened | None = None,
) -> Collection:
    """Scan a folder and register it; the same folder again replaces its manifest, and reads only what has changed.

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
    genre_from : GenreFrom, optional
        Where the genre stands. When not given: as it was chosen for this folder; else in folders named after genres,
        or where `core.importing.readings.propose` is certain to find it.
    on_progress : callable, optional
        Called with (files looked at, files in all).
    on_listened : callable, optional
        Called with (files listened to, files in all) where their loudest passages are looked for.

    Raises
    ------
    CollectionError
        Missing, or no clips in a known layout, or by the reading chosen; or every file was skipped.

    Examples
    --------
    >>> from core.importing.register import import_folder
    >>> collection = import_folder(folder)  # one folder for each genre
    >>> collection.counts
    {'bass': 8, 'hiss': 8, 'treble': 8}
    """
    folder = real_path(path)
    known = provenance or Provenance(id=_identify(folder), title=_default_title(folder))
    before = _as_before(known.id)
    cutting = excerpting or (Excerpting() if before is None else before.excerpting)
    reading = genre_from or kept_genre_from(known.id) or proposed_genre_from(folder, known.id)
    headers = kept_headers(known.id)
    found = _scan(folder, reading, before, headers, on_progress).cut(cutting or WHOLE, before, on_listened)
    if not found.clips:
        raise CollectionError(_none_message(found, folder))
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
        labels=found.labels,
        excerpting=cutting,
        folder=folder if folder != found.root else None,
    )
    _keep_reading(collection.id, found, headers)
    save_collection(collection)
    return load_collection(collection.id)


def rescan_collection(
    collection_id: str,
    *,
    genre_from: GenreFrom | None = None,
    on_progress: OnProgress | None = None,
    on_listened: OnListened | None = None,
) -> Collection:
    """Scan a collection's folder again: clips added, changed or removed since are taken over.

    Long files are cut as they were at import.

    Parameters
    ----------
    collection_id : str
    genre_from : GenreFrom, optional
        Where the genre stands from now on; as before when not given.
    on_progress, on_listened : callable, optional
        As of `import_folder`.
    """
    known = load_collection(collection_id, as_written=True)
    if known.kind == "demo":
        return load_collection(collection_id)
    if known.kind == "features":
        return import_feature_path(known.root, title=known.title)
    reading = genre_from or kept_genre_from(collection_id) or GenreFrom(kind=LAYOUT)
    headers = kept_headers(collection_id)
    scanned = _scan(known.folder or known.root, reading, known, headers, on_progress)
    found = scanned.cut(known.excerpting or WHOLE, known, on_listened)
    if not found.clips:
        where = f"{found.root} {found.why_none}".rstrip()
        raise CollectionError(f"No clip is left in {where}; {known.title} was kept as it was.")
    skipped = (*found.skipped, *import_companions(found.root, known.title))
    _keep_reading(collection_id, found, headers)
    save_collection(
        replace(known, root=found.root, clips=found.clips, skipped=skipped, facts=found.facts, labels=found.labels)
    )
    return load_collection(collection_id)


def proposed_genre_from(folder: Path, collection_id: str) -> GenreFrom:
    """What a folder's genres are read from where nobody has chosen: what was found for certain, else its layout.

    A collection that is there already keeps its layout.
    """
    layout = GenreFrom(kind=LAYOUT)
    if is_ready(collection_id):
        return layout
    try:
        look = look_at(folder)
    except CollectionError:
        return layout  # whose reader says what is wrong
    return look.proposed.genre_from if look.proposed is not None and look.is_certain else layout


@dataclass(frozen=True)
class _Scan:
    """What a folder holds: the folder of the genres, the clips, the folder's own facts, and what was skipped.

    ``labels`` and ``headers`` are of collections whose genres do not stand in the layout.
    """

    root: Path
    clips: tuple[Clip, ...]
    facts: dict[str, ClipFacts]
    skipped: tuple[SkippedFile, ...]
    genre_from: GenreFrom
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    headers: dict[str, Header] = field(default_factory=dict)
    why_none: str = ""

    def cut(self, excerpting: Excerpting, before: Collection | None, on_listened: OnListened | None) -> "_Scan":
        """The same with long files cut into passages, which share the facts of their file."""
        cut = cut_songs(self.clips, excerpting, root=self.root, before=before, on_listened=on_listened)
        return replace(
            self,
            clips=cut.clips,
            facts=cut.spread(self.facts),
            labels=cut.spread(self.labels),
            skipped=(*self.skipped, *cut.skipped),
        )


def _scan(
    folder: Path,
    genre_from: GenreFrom,
    before: Collection | None,
    headers: dict[str, Header],
    on_progress: OnProgress | None,
) -> _Scan:
    """The whole files of a folder; what is known of them ``before``, or by their headers, is not read again."""
    if genre_from.kind != LAYOUT:
        return _scan_by(folder, genre_from, headers, on_progress)
    clips = () if before is None else before.clips
    files = {clip.path: clip.uncut for clip in clips if clip.path is not None}
    try:
        root, found, skipped = scan_folder(folder, known=files, on_progress=on_progress)
    except CollectionError as error:
        raise CollectionError(_with_hint(str(error), folder)) from error
    sound = tuple(entry for entry in skipped if entry.name != FACTS_FILE)
    holder = root if os.path.lexists(root / FACTS_FILE) else folder
    own_facts, unusable = read_clips_csv(holder / FACTS_FILE, found)
    return _Scan(root, found, own_facts, (*sound, *unusable), genre_from)


def _none_message(found: _Scan, folder: Path) -> str:
    """Why a folder has no clips, and where else its genres could be read from."""
    if found.why_none:
        return _with_hint(f"No clip was found in {readable_name(str(folder))} {found.why_none}.", folder)
    first = f"{found.skipped[0].name}: {found.skipped[0].reason}" if found.skipped else "it holds no sound file"
    return f"None of the {len(found.skipped)} files in {folder} can be read as a clip; the first: {first}"


def _with_hint(message: str, folder: Path) -> str:
    """What was wrong with the layout, and where else the genres could be read from."""
    try:
        return f"{message} {hint(look_at(folder))}".rstrip()
    except CollectionError:
        return message


def _scan_by(folder: Path, genre_from: GenreFrom, headers: dict[str, Header], on_progress: OnProgress | None) -> _Scan:
    read = scan_by(folder, genre_from, known=headers, on_progress=on_progress)
    facts, skipped = read.facts, read.skipped
    if read.genre_from.table != FACTS_FILE:
        # What somebody has written down about single clips comes first.
        own_facts, unusable = read_clips_csv(folder / FACTS_FILE, read.clips)
        facts = facts | {name: filled(own, facts.get(name, ClipFacts())) for name, own in own_facts.items()}
        skipped = (*skipped, *unusable)
    return _Scan(folder, read.clips, facts, skipped, read.genre_from, read.labels, read.headers, read.why_none)


def _keep_reading(collection_id: str, found: _Scan, kept: dict[str, Header]) -> None:
    """Keep how a collection was read, and what of its files, for the next time; ``kept`` is what is there of them."""
    keep_genre_from(collection_id, found.genre_from)
    if found.genre_from.kind == LAYOUT:
        forget_headers(collection_id)
    else:
        if found.headers != kept:
            keep_headers(collection_id, found.headers)


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
