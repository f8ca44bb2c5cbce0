"""Importing a folder, an archive or a feature file: by its path on the dashboard's computer, or by upload."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.audio import AUDIO_EXTENSIONS
from core.clips.collection import Collection
from core.clips.passages import Excerpting
from core.collections.registry import manifest_stamps
from core.errors import GenreLabError
from core.importing.archives import archive_stem
from core.importing.features.file import is_feature_file
from core.importing.features.register import OnClips
from core.importing.jobs import LARGEST_AT_ONCE_BYTES, takes_long
from core.importing.paths import resolve_import_path
from core.importing.readings.spec import AUDIOFOLDER, FOLDER, PARTS, TAGS, GenreFrom
from core.settings import load_settings
from dashboard import services
from dashboard.access import may_change
from dashboard.changes.collections import (
    import_feature_path,
    import_features,
    import_folder,
    start_extraction,
    start_import,
    store_upload,
)
from dashboard.collection.excerpt_inputs import excerpt_inputs
from dashboard.collection.reading_choice import ask_where_the_genre_is, show_reading_choice
from dashboard.collection.running import await_import, show_running_imports
from dashboard.sentences.collections import import_sentence
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.arrivals import show_arrivals
from dashboard.shared.changing import change_submit_button
from dashboard.state import let_go, set_query_value

_IMPORTED = "imported-collection"

_IN_ARCHIVES: dict[str, GenreFrom | None] = {
    "where they are found": None,
    "tags of the files": GenreFrom(kind=TAGS),
    "folders at level 1": GenreFrom(kind=FOLDER, level=1),
    "folders at level 2": GenreFrom(kind=FOLDER, level=2),
    "folders at level 3": GenreFrom(kind=FOLDER, level=3),
    "train and test folders": GenreFrom(kind=PARTS),
    "metadata.csv of an audiofolder": GenreFrom(kind=AUDIOFOLDER),
}
"""What can be asked of an archive, which is not looked into before it is unpacked."""

LAYOUTS = f"""
Where the genre stands is looked for; where it could be read in several ways, you choose.

| Genre from | Such as |
|---|---|
| folders, at any level | `<genre>/<artist>/<song>` |
| tags of the files | ID3, MP4, Vorbis, Opus, RIFF, AIFF |
| a table | CSV or TSV with columns for file and genre |
| FMA as published | `fma_small/000/*.mp3`, with `tracks.csv` beside it or in `fma_metadata/` |
| train and test folders | `train/<genre>/*`, `test/<genre>/*` |
| Hugging Face audiofolder | `metadata.csv` with a column `file_name` |

One folder for each genre, or the genre in front of the file name:

| Layout | Known from |
|---|---|
| `genres/<genre>/*.au` | GTZAN as published |
| `genres_original/<genre>/*.wav` | GTZAN on Kaggle |
| `<genre>.<number>.wav` in one folder | flat copies of GTZAN |
| `<genre>/<any name>` | your own folder |

Pre-computed features without sound can be a collection too, one row per clip:

| File | Contents |
|---|---|
| `.csv`, `.tsv` | columns `filename` (or `clip`), `label` (or `genre`, `class`), and numbers, like GTZAN's own tables |
| `.npz` | arrays `level` (clips × bands × frames), `clip`, `genre`, optionally `front_end` |

`python -m core collections --export-features` writes such an `.npz` from any collection.

Sound files: {", ".join(f"`{extension}`" for extension in AUDIO_EXTENSIONS)}. Your files are only read, never changed.
A `clips.csv` next to the genre folders (columns `clip`, `artist`, `title`, `group`, `partition`) adds facts on clips.
"""


def show_import() -> None:
    """By path, or from the visitor's own computer; what was imported comes into view."""
    st.header("Import your own", anchor=False)
    by_path, by_upload = st.tabs(["By path", "Upload"])
    with by_path:
        _show_path_form()
    with by_upload:
        _show_upload_form()
    show_reading_choice(_import_folder)
    show_running_imports()
    if (done := st.session_state.pop(_IMPORTED, None)) is not None:
        st.success(done, icon=":material/check_circle:")
    show_arrivals()
    with st.expander("Which layouts are recognised", icon=":material/folder_open:"):
        st.markdown(LAYOUTS)


def _show_path_form() -> None:
    roots = load_settings().collection_roots
    with st.form("import-folder", border=False):
        typed = st.text_input(
            "Folder, archive or feature file on this computer",
            placeholder=str(roots[-1] / "gtzan"),
            help="A folder of music (sorted by genre, tagged, or with a table), a zip or tar archive of it, or "
            "pre-computed features (.csv, .tsv, .npz). Paths may be relative to the folders below.",
            key="import-path",
        )
        title = st.text_input("Title (optional)", max_chars=80, placeholder="Its name", key="import-title")
        excerpting = excerpt_inputs("import")
        submitted = change_submit_button("Import", icon=":material/create_new_folder:")
    if submitted:
        _import(typed or "", title or "", excerpting)
    st.caption("It must be under " + ", ".join(f"`{root}`" for root in roots) + ".", help=_ROOTS_HELP)


def _show_upload_form() -> None:
    with st.form("import-archive", border=False, clear_on_submit=True):
        uploaded = st.file_uploader(
            "Archive of a folder of music, or a feature file",
            type=["zip", "tar", "gz", "tgz", "bz2", "tbz2", "xz", "txz", "csv", "tsv", "npz"],
            help="zip, tar, tar.gz, tar.bz2 or tar.xz: unpacked under `data/imported`; links, absolute paths and "
            "encrypted archives are refused. Or pre-computed features: csv, tsv or npz.",
            key="import-upload",
            disabled=not may_change(),
        )
        title = st.text_input("Title (optional)", max_chars=80, placeholder="Its name", key="import-upload-title")
        where = st.selectbox(
            "Genres stand in",
            list(_IN_ARCHIVES),
            key="import-upload-genre-from",
            help="Of an archive, once it is unpacked. It can be changed later: *Genres read from* in its details.",
        )
        excerpting = excerpt_inputs("import-upload")
        submitted = change_submit_button("Upload and import", icon=":material/unarchive:")
    if submitted:
        if uploaded is None:
            st.error("Choose a file first.", icon=":material/error:")
        else:
            try:
                _import_upload(uploaded, title or "", excerpting, _IN_ARCHIVES[where])
            finally:
                let_go(uploaded)
    st.caption(
        f"Up to {st.get_option('server.maxUploadSize'):,} MB. Until it is stored, an upload takes up to twice its size "
        "of the server's memory. Put a larger file into `data/` and import it by path."
    )


_ROOTS_HELP = (
    "The operator of the dashboard decides which folders may be read: Genre Lab's `data/`, and the folders that the "
    "environment variable GENRE_LAB_DATA lists."
)


def _import(typed: str, title: str, excerpting: Excerpting) -> None:
    try:
        path = resolve_import_path(typed)
        if path.is_dir():
            if not ask_where_the_genre_is(path, title, excerpting=excerpting):
                _import_folder(path, title, excerpting, None)
            return
        before = manifest_stamps()
        if takes_long(path):
            await_import(start_import(path, title=title or None, excerpting=excerpting))
            st.rerun()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    _import_features(lambda advance: import_feature_path(path, title=title or None, on_clips=advance), before)


def _import_folder(path: Path, title: str, excerpting: Excerpting | None, genre_from: GenreFrom | None) -> None:
    """Import a folder, its genres read as chosen; in the background where it is large or listened to."""
    before = manifest_stamps()
    if takes_long(path) or (excerpting is not None and excerpting.where == "loudest"):
        try:
            await_import(start_import(path, title=title or None, excerpting=excerpting, genre_from=genre_from))
        except GenreLabError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
            return
        st.rerun()
    bar = st.progress(0.0, text="Scanning the folder")

    def advance(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), text=f"Reading file {done:,} of {total:,}")

    try:
        collection = import_folder(
            path, title=title or None, excerpting=excerpting, genre_from=genre_from, on_progress=advance
        )
        start_extraction(collection.id, services.standard_front_ends(collection))
    except GenreLabError as error:
        bar.empty()
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    _show(collection, before)


def _import_features(read: Callable[[OnClips], Collection], before: dict[str, int]) -> None:
    """Register a feature file with its progress in view."""
    bar = st.progress(0.0, text="Reading features")

    def advance(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), text=f"Reading features of clip {done:,} of {total:,}")

    try:
        collection = read(advance)
    except GenreLabError as error:
        bar.empty()
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    _show(collection, before)


def _show(collection: Collection, before: dict[str, int]) -> None:
    """Bring a collection into view; ``before`` are the `manifest_stamps` of before the import."""
    unchanged = manifest_stamps().get(collection.id) == before.get(collection.id, 0)
    st.session_state[_IMPORTED] = import_sentence(collection, unchanged=unchanged)
    set_query_value("collection", collection.id)
    st.rerun()


def _import_upload(uploaded: UploadedFile, title: str, excerpting: Excerpting, genre_from: GenreFrom | None) -> None:
    if is_feature_file(uploaded.name) and uploaded.size <= LARGEST_AT_ONCE_BYTES:
        before = manifest_stamps()
        _import_features(
            lambda advance: import_features(uploaded, uploaded.name, title=title or None, on_clips=advance), before
        )
        return
    try:
        archive = store_upload(uploaded, uploaded.name)
        title = title or ("" if is_feature_file(uploaded.name) else archive_stem(uploaded.name))
        chosen = None if is_feature_file(uploaded.name) else genre_from
        await_import(start_import(archive, title=title, uploaded=True, excerpting=excerpting, genre_from=chosen))
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    st.rerun()
