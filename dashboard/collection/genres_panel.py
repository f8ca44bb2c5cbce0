"""The *Genres* tab of Collections: how the clips are labelled, what each label becomes, and what comes of it."""

import streamlit as st

from core.clips.collection import Collection
from core.collections.annotations import load_exclusions
from core.collections.genre_changes import labels_of, proposals
from core.collections.genre_csv import LEAVE_OUT, MAX_BYTES, mapping_csv, read_mapping_csv
from core.collections.genre_mapping import MAX_GENRE, RULES, GenreMapping, KeptMapping, Label, load_kept_mapping
from core.collections.registry import with_mapping
from core.errors import GenreLabError
from dashboard.access import may_change
from dashboard.changes.collections import save_mapping, undo_mapping
from dashboard.charts.features.genre_counts import genre_count_chart
from dashboard.collection.genre_draft import (
    Draft,
    current_draft,
    drafted_mapping,
    editor_key,
    heed_edits,
    min_clips_key,
    several_key,
)
from dashboard.sentences.genres import HOW_READ, labels_sentence, trouble_sentences
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.changing import change_button
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme
from dashboard.tables.genres import genres_frame, labels_frame, left_out_frame

_NOTICE = "genres:notice"
_UPLOAD = "genres:upload"
_PROBLEM = "genres:problem"
_ROW_PX = 35
_TALLEST_PX = 620
_MOST_BARS = 22
_RULES = {"first": "The first", "leave out": "Leave the clip out"}


def show_genres(collection: Collection) -> None:
    """The whole tab, for the collection in view."""
    kept = load_kept_mapping(collection.id)
    labels = labels_of(collection.id)
    draft = current_draft(collection.id, labels, kept.now)
    n_clips = len(with_mapping(collection.id, None).clips)
    _notices()
    st.markdown(labels_sentence(labels, n_clips, mapping=kept.now))
    st.caption(
        "What each label becomes: give labels the same name to merge them. No file of yours is changed, and no feature "
        "is computed anew."
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        _above_table(collection, draft, labels, kept)
        _table(collection, draft, labels)
        _files(collection, draft, labels)
        _rules(collection)
        with st.expander("How labels are read", icon=":material/help:"):
            st.markdown(HOW_READ)
    with right:
        _preview(collection, draft, labels, kept)


def _notices() -> None:
    if (notice := st.session_state.pop(_NOTICE, None)) is not None:
        st.success(notice, icon=":material/check_circle:")
    if (problem := st.session_state.pop(_PROBLEM, None)) is not None:
        st.error(problem, icon=":material/error:")


def _above_table(collection: Collection, draft: Draft, labels: tuple[Label, ...], kept: KeptMapping) -> None:
    proposed = {key: genre for key, genre in proposals(labels).items() if draft.current[key] != genre}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        change_button(
            f"Apply {format_plural(len(proposed), 'proposal')}" if proposed else "Apply proposals",
            icon=":material/auto_fix_high:",
            disabled=not proposed,
            on_click=draft.show,
            args=(proposed,),
            key="genres:propose",
            help="Fill in what a short list of synonyms proposes. You can still edit it; nothing is saved yet.",
        )
        change_button(
            "Discard edits",
            icon=":material/restart_alt:",
            disabled=not _is_edited(collection, draft, labels, kept),
            on_click=draft.reset,
            args=(collection.id, labels),
            key="genres:discard",
            help="Show the table as it was saved last.",
        )


def _files(collection: Collection, draft: Draft, labels: tuple[Label, ...]) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Download as CSV",
            lambda: mapping_csv(labels, draft.current).encode("utf-8-sig"),
            file_name=f"{collection.id}-genres.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="genres:download",
            help="Columns label, clips, artists and becomes, to edit elsewhere and upload again.",
        )
        with st.popover("Upload CSV", icon=":material/upload:", disabled=not may_change()):
            st.file_uploader(
                "Mapping with the columns label and becomes",
                type=["csv", "tsv", "txt"],
                key=f"{_UPLOAD}:{collection.id}:{draft.version}",
                on_change=_take_upload,
                args=(collection.id, draft, labels),
                max_upload_size=int(MAX_BYTES / 1e6),
                disabled=not may_change(),
                help="Fills in the table; nothing is saved yet. Labels that are not in the file stay as they are.",
            )


def _is_edited(collection: Collection, draft: Draft, labels: tuple[Label, ...], kept: KeptMapping) -> bool:
    try:
        mapping = drafted_mapping(collection.id, draft, labels)
    except GenreLabError:
        return True
    if kept.now is not None:
        return mapping != kept.now
    # Labels as they are named are what is there already, unless spellings are brought together.
    return mapping != GenreMapping(becomes=tuple((label.name, label.name) for label in labels))


def _take_upload(collection_id: str, draft: Draft, labels: tuple[Label, ...]) -> None:
    uploaded = st.session_state.get(f"{_UPLOAD}:{collection_id}:{draft.version}")
    if uploaded is None:
        return
    try:
        read = read_mapping_csv(uploaded.getvalue(), labels)
    except GenreLabError as error:
        st.session_state[_PROBLEM] = escape_markdown(str(error))
        return
    draft.show(read.becomes)
    unknown = ""
    if read.unknown:
        listed = ", ".join(escape_markdown(label) for label in read.unknown[:5])
        more = " and others" if len(read.unknown) > 5 else ""
        unknown = f" Not used, since this collection has no such label: {listed}{more}."
    st.session_state[_NOTICE] = (
        f"Filled in {format_plural(len(read.becomes), 'label')} from {escape_markdown(uploaded.name)}; not saved yet."
        f"{unknown}"
    )


def _table(collection: Collection, draft: Draft, labels: tuple[Label, ...]) -> None:
    frame = labels_frame(labels, draft.shown)
    edited = st.data_editor(
        frame,
        key=editor_key(collection.id, draft),
        hide_index=True,
        num_rows="fixed",
        height=min(_TALLEST_PX, _ROW_PX * (len(frame) + 1) + 3),
        disabled=[str(column) for column in frame if column != "Becomes"],
        column_config={
            "Label": st.column_config.TextColumn(pinned=True, help="In its commonest spelling."),
            "Also written": st.column_config.TextColumn(help="Other spellings, and how often each is found."),
            "Clips": st.column_config.NumberColumn(format="localized", width="small"),
            "Artists": st.column_config.NumberColumn(
                format="localized", width="small", help="Different artists, as far as they are known."
            ),
            "Proposed": st.column_config.TextColumn(help="By the list of synonyms that comes with Genre Lab."),
            "Becomes": st.column_config.TextColumn(
                max_chars=MAX_GENRE,
                help=f"Double-click or press Enter to edit. Empty, or “{LEAVE_OUT}”: the label is passed over.",
            ),
        },
        alt="Labels, their clips and what they become; the last column can be edited",
    )
    heed_edits(draft, labels, edited)


def _rules(collection: Collection) -> None:
    left, right = st.columns(2)
    with left:
        st.segmented_control(
            "A clip with labels of several genres gets",
            RULES,
            format_func=_RULES.__getitem__,
            required=True,
            key=several_key(collection.id),
            persist_state="session",
            disabled=not any(len(labels) > 1 or _holds_several(labels) for labels in collection.labels.values()),
            help="The first: in the order in which the file or table has them, passed-over labels not counted.",
        )
    with right:
        st.number_input(
            "Smallest number of clips of a genre",
            1,
            10_000,
            step=1,
            key=min_clips_key(collection.id),
            persist_state="session",
            help="Genres of fewer clips are left out. At least 3 are needed to divide a genre for training.",
        )


def _holds_several(labels: tuple[str, ...]) -> bool:
    return any(mark in label for label in labels for mark in ";|,/\\\0\u2400(")


def _preview(collection: Collection, draft: Draft, labels: tuple[Label, ...], kept: KeptMapping) -> None:
    """The genres that come of it, and saving them."""
    st.header("What comes of it", anchor=False)
    try:
        mapping = drafted_mapping(collection.id, draft, labels)
        mapped = with_mapping(collection.id, mapping)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    excluded = load_exclusions(collection.id)
    table = genres_frame(mapped, excluded)
    counts = dict(zip(table["Genre"].tolist(), table["Clips"].tolist(), strict=True))
    with st.container(horizontal=True, gap="large"):
        st.metric("Genres", f"{len(counts):,}", width="content")
        st.metric("Clips", f"{sum(counts.values()):,}", width="content")
        st.metric("Left out", f"{len(mapped.left_out):,}", width="content")
    _save(collection, mapping, kept, is_same=_is_same(collection, mapped, kept), n_left=len(counts))
    for sentence in trouble_sentences(counts):
        st.caption(f":material/info: {sentence}")
    if counts:
        with st.container(height=_TALLEST_PX if len(counts) > _MOST_BARS else "content", border=False):
            st.altair_chart(genre_count_chart(counts, theme=chart_theme()), alt="Clips by genre, as they would be")
        table_download("Genres as CSV", table, f"{collection.id}-genre-counts.csv", key="genres:counts")
    if mapped.left_out:
        with st.expander(f"{format_plural(len(mapped.left_out), 'clip')} left out", icon=":material/visibility_off:"):
            out = left_out_frame(mapped.left_out)
            st.dataframe(out, hide_index=True, alt="Clips that are left out, and why")
            table_download("Download as CSV", out, f"{collection.id}-left-out.csv", key="genres:left-out")


def _is_same(collection: Collection, mapped: Collection, kept: KeptMapping) -> bool:
    """Whether saving would change no clip."""
    now = with_mapping(collection.id, kept.now)
    genres, new = ({clip.name: clip.genre for clip in each.clips} for each in (now, mapped))
    return genres == new and now.left_out == mapped.left_out


def _save(collection: Collection, mapping: GenreMapping, kept: KeptMapping, *, is_same: bool, n_left: int) -> None:
    nothing_new = mapping == kept.now or (kept.now is None and is_same and mapping.min_clips == 1)
    with st.container(horizontal=True):
        saved = change_button(
            "Save",
            type="primary",
            icon=":material/save:",
            disabled=nothing_new or n_left == 0,
            key="genres:save",
            help="The genres are these at once, on every page. Clips keep their features.",
        )
        undone = (kept.now is not None or kept.before is not None) and change_button(
            "Undo last change", icon=":material/undo:", key="genres:undo", help="A second time brings it back."
        )
        reset = kept.now is not None and change_button(
            "As written", icon=":material/history:", key="genres:reset", help="Genres as their source has them."
        )
    if n_left == 0:
        st.error("That would leave no clip. Let at least one label become a genre.", icon=":material/error:")
    elif nothing_new:
        st.caption("Nothing to save: these are the genres as they are now.")
    try:
        if saved:
            now = save_mapping(collection.id, mapping, replacing=kept.now)
        elif undone:
            now = undo_mapping(collection.id)
        elif reset:
            now = save_mapping(collection.id, None, replacing=kept.now)
        else:
            return
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    st.session_state[_NOTICE] = (
        f"Saved: {format_plural(len(now.clips), 'clip')} of {format_plural(len(now.genres), 'genre')}, "
        f"{format_plural(len(now.left_out), 'clip')} left out."
    )
    st.rerun()
