"""All about one collection: genres, length, features, what was skipped, and what can be done with it."""

import pandas as pd
import streamlit as st

from core.clips.collection import Collection
from core.errors import GenreLabError
from core.extraction.store import FeatureStore
from core.importing.excerpting import excerpts_sentence
from core.importing.imported import own_copy
from core.importing.jobs import takes_long
from dashboard import navigation, services
from dashboard.changes.collections import delete_own_copy, forget_collection, rescan_collection, start_rescan
from dashboard.charts.features.genre_counts import genre_count_chart
from dashboard.collection.facts import show_facts
from dashboard.collection.genre_hint import show_genre_hint
from dashboard.collection.reading_note import show_reading
from dashboard.collection.running import await_import
from dashboard.sentences.collections import rescan_sentence
from dashboard.sentences.wording import escape_markdown, format_duration, format_plural
from dashboard.shared.changing import change_button
from dashboard.shared.downloads import table_download
from dashboard.shared.feature_gate import features_ready
from dashboard.state import chart_theme, set_query_value

_NOTICE = "collection-notice"


def show_details(collection: Collection) -> None:
    """Everything about the collection in view."""
    if (notice := st.session_state.pop(_NOTICE, None)) is not None:
        st.info(notice, icon=":material/info:")
    total_s = sum(clip.duration_s for clip in collection.clips)
    with st.container(horizontal=True, gap="large"):
        st.metric("Clips", f"{len(collection.clips):,}", width="content")
        st.metric("Genres", f"{len(collection.genres):,}", width="content")
        if total_s:
            st.metric("Total length", format_duration(total_s), width="content")
        if n_excluded := len(services.collection(collection.id, with_excluded=True).clips) - len(collection.clips):
            st.metric("Excluded", f"{n_excluded:,}", width="content", help="Clips excluded on the Quality tab.")
    with st.container(horizontal=True):
        query = {"collection": collection.id}
        navigation.page_link("explore", "Explore it", query=query)
        if services.picture_front_ends(collection):
            navigation.page_link("gallery", "See its spectrograms", query=query)
        navigation.page_link("train", "Train on it", query=query)
    st.altair_chart(
        genre_count_chart(collection.counts, theme=chart_theme()), alt=f"Clips by genre in {collection.title}"
    )
    show_genre_hint(collection)
    source, licence = escape_markdown(collection.source), escape_markdown(collection.licence)
    st.markdown(f"**Source** {source}  \n**Licence** {licence}")
    show_reading(collection)
    st.caption(
        f"Fingerprint `{collection.fingerprint}`",
        help="Hash of the names, genres and sizes of the clips: two computers with the same fingerprint have the "
        "same files.",
    )
    if sentence := excerpts_sentence(collection):
        st.caption(f":material/content_cut: {escape_markdown(sentence)} Import the folder again to choose others.")
    show_facts(collection)
    _show_features(collection)
    _show_skipped(collection)
    _show_actions(collection)


def _show_features(collection: Collection) -> None:
    st.header("Features", anchor=False)
    if not features_ready(collection):
        return
    failures: dict[str, str] = {}
    lines = []
    for front_end in services.standard_front_ends(collection):
        store = FeatureStore(collection.id, front_end)
        n_ready = len(store.available(collection.clips))
        failures |= store.failures(collection.clips)
        of_all = f"{n_ready:,} of {format_plural(len(collection.clips), 'clip')}"
        lines.append(f":material/check: {escape_markdown(front_end.title)}: {of_all}")
    st.markdown("  \n".join(lines))
    if not collection.has_audio:
        st.caption(
            "These are pre-computed: the collection has no sound, so no other features can be computed from it. "
            + _sound_note(collection)
        )
    if failures:
        st.warning(
            f"{format_plural(len(failures), 'clip')} could not be analysed and are left out of all results.",
            icon=":material/warning:",
        )
        _reasons_table(list(failures.items()), f"{collection.id}-failures.csv", column="Clip")


def _sound_note(collection: Collection) -> str:
    n_heard = services.n_heard(collection)
    if not n_heard:
        return "Clips of GTZAN can be played once a collection with their sound is here."
    return f"The sound of {format_plural(n_heard, 'clip')} is played from another collection, matched by clip name."


def _show_skipped(collection: Collection) -> None:
    st.header("Skipped files" if collection.has_audio else "Skipped rows", anchor=False)
    if not collection.skipped:
        st.markdown(
            "None: every file was read as a clip." if collection.has_audio else "None: every row was read as a clip."
        )
        return
    st.markdown(f"{format_plural(len(collection.skipped), 'entry', 'entries')} could not be used.")
    reasons = [(skipped.name, skipped.reason) for skipped in collection.skipped]
    _reasons_table(reasons, f"{collection.id}-skipped.csv", column="File" if collection.has_audio else "Row")


def _reasons_table(reasons: list[tuple[str, str]], file_name: str, *, column: str) -> None:
    table = pd.DataFrame(reasons, columns=[column, "Reason"])
    st.dataframe(table, hide_index=True, alt=f"{column} and reason")
    table_download("Download as CSV", table, file_name, key=f"download:{file_name}")


def _show_actions(collection: Collection) -> None:
    if collection.kind == "demo":
        return
    st.header("Folder" if collection.has_audio else "File", anchor=False)
    with st.container(horizontal=True):
        # An uploaded feature file is not kept: its features are.
        if (collection.has_audio or collection.root.is_file()) and change_button(
            "Rescan" if collection.has_audio else "Read again",
            icon=":material/refresh:",
            key="rescan",
            help="Scan the folder again to include clips that were added, changed or removed."
            if collection.has_audio
            else "Read the file again to include rows that were added, changed or removed.",
        ):
            _rescan(collection)
        with st.popover("Forget", icon=":material/delete:", help="Remove the collection from this list."):
            if collection.has_audio:
                what = "and its extracted features? The sound files stay where they are, and so do"
            elif collection.root.is_file():
                what = "and its features? The file that holds them stays where it is, and so do"
            else:
                what = "and its features? They were uploaded and are stored nowhere else. What remains are"
            st.markdown(f"Forget **{escape_markdown(collection.title)}** {what} the runs trained on it.")
            copy = own_copy(collection)
            if copy is not None:
                st.markdown("Genre Lab's own copy, unpacked from an archive.")
            also = copy is not None and st.checkbox("Delete the unpacked copy too", value=True, key="forget-copy")
            if change_button("Forget it", type="primary", key="forget"):
                forget_collection(collection.id)
                if also:
                    delete_own_copy(collection)
                set_query_value("collection", None)
                st.rerun()


def _rescan(collection: Collection) -> None:
    try:
        if collection.has_audio and takes_long(collection.folder or collection.root):
            await_import(start_rescan(collection.id))
            st.rerun()
        with st.spinner("Scanning the folder" if collection.has_audio else "Reading the file"):
            fresh = rescan_collection(collection.id)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    st.session_state[_NOTICE] = rescan_sentence(collection, fresh)
    st.rerun()
