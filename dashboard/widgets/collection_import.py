"""Importing a folder that lies on the computer that runs the dashboard."""

import streamlit as st

from core.audio import AUDIO_EXTENSIONS
from core.collections.registry import import_folder, resolve_import_path
from core.errors import CollectionError
from core.features.extraction import start_extraction
from core.settings import load_settings
from dashboard.state import set_query_value
from dashboard.widgets.feature_gate import STANDARD
from dashboard.wording import format_plural

_IMPORTED = "imported-collection"

LAYOUTS = f"""
One folder for each genre, or the genre in front of the file name:

| Layout | Known from |
|---|---|
| `genres/<genre>/*.au` | GTZAN as published |
| `genres_original/<genre>/*.wav` | GTZAN on Kaggle |
| `<genre>.<number>.wav` in one folder | flat copies of GTZAN |
| `<genre>/<any name>` | your own folder |

Sound files: {", ".join(f"`{extension}`" for extension in AUDIO_EXTENSIONS)}. Your files are only read, never changed.
"""


def show_import() -> None:
    """Path, title and button; the imported collection comes into view and its features are extracted at once."""
    st.subheader("Import a folder", anchor=False)
    roots = load_settings().collection_roots
    with st.form("import-folder", border=True):
        typed = st.text_input(
            "Folder on this computer",
            placeholder=str(roots[-1] / "gtzan"),
            help="The folder that holds one subfolder for each genre. Paths may be relative to the folders below.",
            key="import-path",
        )
        title = st.text_input("Title (optional)", max_chars=80, placeholder="Name of the folder", key="import-title")
        submitted = st.form_submit_button("Import", type="primary", icon=":material/create_new_folder:")
    if submitted:
        _import(typed or "", title or "")
    elif (done := st.session_state.pop(_IMPORTED, None)) is not None:
        st.success(done, icon=":material/check_circle:")
    st.caption("Folders must lie under " + ", ".join(f"`{root}`" for root in roots) + ".", help=_ROOTS_HELP)
    with st.expander("Which layouts are recognised", icon=":material/folder_open:"):
        st.markdown(LAYOUTS)


_ROOTS_HELP = (
    "Whoever runs the dashboard decides which folders may be read: `data/` of Genre Lab, and what the environment "
    "variable GENRE_LAB_DATA lists."
)


def _import(typed: str, title: str) -> None:
    bar = st.progress(0.0, text="Looking at the folder")

    def advance(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), text=f"Looking at file {done:,} of {total:,}")

    try:
        collection = import_folder(resolve_import_path(typed), title=title or None, on_progress=advance)
    except CollectionError as error:
        bar.empty()
        st.error(str(error), icon=":material/error:")
        return
    start_extraction(collection.id, STANDARD)
    skipped = f"; {format_plural(len(collection.skipped), 'file')} skipped, see why below" if collection.skipped else ""
    st.session_state[_IMPORTED] = (
        f"Imported {collection.title}: {format_plural(len(collection.clips), 'clip')}, "
        f"{format_plural(len(collection.genres), 'genre')}{skipped}."
    )
    set_query_value("collection", collection.id)
    st.rerun()
