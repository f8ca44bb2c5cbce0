"""Importing a folder, an archive or a feature file: by its path on the dashboard's computer, or by upload."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.audio import AUDIO_EXTENSIONS
from core.clips.collection import Collection
from core.clips.passages import Excerpting
from core.collections.registry import load_collection, manifest_stamps
from core.errors import GenreLabError
from core.importing.archives import archive_stem
from core.importing.features.file import is_feature_file
from core.importing.features.register import OnClips
from core.importing.imported import LARGEST_AT_ONCE_BYTES, running_imports, takes_long
from core.importing.register import resolve_import_path
from core.jobs.progress import Progress
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
from dashboard.sentences.collections import import_sentence
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.arrivals import arrived, await_arrival, show_arrivals
from dashboard.shared.changing import change_submit_button
from dashboard.shared.job_progress import job_progress
from dashboard.state import let_go, set_query_value

_IMPORTED = "imported-collection"
_JOB = "import-job"

LAYOUTS = f"""
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
            help="The folder that holds one subfolder for each genre, a zip or tar archive of it, or pre-computed "
            "features (.csv, .tsv, .npz). Paths may be relative to the folders below.",
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
            "Archive of a folder with one subfolder for each genre, or a feature file",
            type=["zip", "tar", "gz", "tgz", "bz2", "tbz2", "xz", "txz", "csv", "tsv", "npz"],
            help="zip, tar, tar.gz, tar.bz2 or tar.xz: unpacked under `data/imported`; links, absolute paths and "
            "encrypted archives are refused. Or pre-computed features: csv, tsv or npz.",
            key="import-upload",
            disabled=not may_change(),
        )
        title = st.text_input("Title (optional)", max_chars=80, placeholder="Its name", key="import-upload-title")
        excerpting = excerpt_inputs("import-upload")
        submitted = change_submit_button("Upload and import", icon=":material/unarchive:")
    if submitted:
        if uploaded is None:
            st.error("Choose a file first.", icon=":material/error:")
        else:
            try:
                _import_upload(uploaded, title or "", excerpting)
            finally:
                let_go(uploaded)
    st.caption(
        f"Up to {st.get_option('server.maxUploadSize'):,} MB. Until it is stored, an upload takes up to twice its size "
        "of the server's memory. Put a larger file into `data/` and import it by path."
    )


def show_running_imports() -> None:
    """Progress of imports in the background, whoever started them; how this visitor's own ended badly."""
    running = running_imports()
    own = st.session_state.get(_JOB)
    for job_id in dict.fromkeys([*running, *([own] if own else [])]):
        progress = job_progress(job_id, on_done=partial(_take, job_id))
        if progress is not None and progress.state == "stopped":
            st.caption("Stopped. Nothing was imported.")


def _await(job_id: str) -> None:
    """Remember this visitor's own import."""
    st.session_state[_JOB] = job_id
    await_arrival(job_id)


def _take(job_id: str, progress: Progress) -> None:
    """Bring what was unpacked into view; remember a failure, so that it is shown."""
    if progress.state != "done" or progress.result is None:
        st.session_state[_JOB] = job_id
        return
    st.session_state.pop(_JOB, None)
    collection = load_collection(progress.result["collection_id"])
    arrived(job_id, collection.id, import_sentence(collection, unchanged=progress.result.get("unchanged", False)))


_ROOTS_HELP = (
    "The operator of the dashboard decides which folders may be read: Genre Lab's `data/`, and the folders that the "
    "environment variable GENRE_LAB_DATA lists."
)


def _import(typed: str, title: str, excerpting: Excerpting) -> None:
    try:
        path = resolve_import_path(typed)
        before = manifest_stamps()
        if takes_long(path) or (path.is_dir() and excerpting.where == "loudest"):
            _await(start_import(path, title=title or None, excerpting=excerpting))
            st.rerun()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    if path.is_file():
        _import_features(lambda advance: import_feature_path(path, title=title or None, on_clips=advance), before)
        return
    bar = st.progress(0.0, text="Scanning the folder")

    def advance(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), text=f"Reading file {done:,} of {total:,}")

    try:
        collection = import_folder(path, title=title or None, excerpting=excerpting, on_progress=advance)
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


def _import_upload(uploaded: UploadedFile, title: str, excerpting: Excerpting) -> None:
    if is_feature_file(uploaded.name) and uploaded.size <= LARGEST_AT_ONCE_BYTES:
        before = manifest_stamps()
        _import_features(
            lambda advance: import_features(uploaded, uploaded.name, title=title or None, on_clips=advance), before
        )
        return
    try:
        archive = store_upload(uploaded, uploaded.name)
        title = title or ("" if is_feature_file(uploaded.name) else archive_stem(uploaded.name))
        _await(start_import(archive, title=title, uploaded=True, excerpting=excerpting))
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    st.rerun()
