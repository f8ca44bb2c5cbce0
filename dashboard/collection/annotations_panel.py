"""What people said of the clips of a collection: looked through, taken back, out as CSV and back."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from core.clips.collection import Collection
from core.collections.annotation_changes import Words
from core.collections.annotation_csv import MAX_BYTES, annotations_csv, read_annotations_csv
from core.collections.annotations import Annotation, load_annotations
from core.collections.corrections import corrections_of
from core.errors import GenreLabError
from dashboard.access import may_change
from dashboard.changes.collections import annotate_clips
from dashboard.sentences.annotations import annotated_words
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.changing import change_button
from dashboard.tables.annotations import annotations_table

_DONE, _PROBLEM, _UPLOAD, _COUNT = (f"annotations:{name}" for name in ("done", "problem", "upload", "count"))
_MOST_NAMED = 5
_TALLEST_PX = 420


def show_annotations(whole: Collection) -> None:
    """Tags, notes and corrected labels of all clips; raises as `load_annotations`.

    Parameters
    ----------
    whole : Collection
        With its excluded clips.
    """
    st.header("Tags, notes and corrected labels", anchor=False)
    if (problem := st.session_state.pop(_PROBLEM, None)) is not None:
        st.error(problem, icon=":material/error:")
    if (done := st.session_state.pop(_DONE, None)) is not None:
        st.success(done, icon=":material/check_circle:")
    annotations = {name: entry for name, entry in load_annotations(whole.id).items() if name in whole.by_name}
    corrections = corrections_of(whole)
    counts = Counter(tag for entry in annotations.values() for tag in entry.tags)
    st.markdown(annotated_words(annotations, corrections, counts))
    chosen: list[str] = []
    if annotations:
        table = annotations_table(whole, annotations, corrections)
        event = st.dataframe(
            table,
            hide_index=True,
            height=min(_TALLEST_PX, 38 + 35 * len(table)),
            on_select="rerun",
            selection_mode="multi-row",
            key=f"annotations:{whole.id}:{len(table)}:{table['Clip'].iloc[0]}",
            column_config={
                "Clip": st.column_config.TextColumn(pinned=True),
                "Right genre": st.column_config.TextColumn(help="Where somebody says that the label is wrong."),
                "Tags": st.column_config.ListColumn(),
                "Note": st.column_config.TextColumn(width="medium"),
                "Excluded": st.column_config.CheckboxColumn(width="small"),
            },
            alt="What is said of the clips",
        )
        chosen = [str(table["Clip"].iloc[row]) for row in event["selection"]["rows"] if row < len(table)]
    with st.container(horizontal=True, gap="small"):
        if annotations:
            _take_back(whole, annotations, chosen)
            st.download_button(
                "Download as CSV",
                lambda: annotations_csv(whole, annotations).encode("utf-8-sig"),
                file_name=f"{whole.id}-annotations.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key="annotations:download",
                help="All of it, to keep or to edit elsewhere and upload again.",
            )
        _upload(whole)


def _take_back(whole: Collection, annotations: Mapping[str, Annotation], chosen: Sequence[str]) -> None:
    corrected = [name for name in chosen if annotations[name].correction is not None]
    change_button(
        f"Take back {format_plural(len(corrected), 'correction')}" if corrected else "Take back corrections",
        icon=":material/undo:",
        disabled=not corrected,
        on_click=_said,
        args=(whole, {name: Words(genre="") for name in corrected}, "corrected label", "taken back"),
        key="annotations:uncorrect",
        help="The selected clips keep their label, tags and notes. Select rows of the table first.",
    )
    worded = [name for name in chosen if annotations[name].tags or annotations[name].note]
    change_button(
        f"Delete tags and notes of {format_plural(len(worded), 'clip')}" if worded else "Delete tags and notes",
        icon=":material/delete:",
        disabled=not worded,
        on_click=_said,
        args=(whole, {name: Words(tags=(), note="") for name in worded}, "clip", "without tags and notes now"),
        key="annotations:delete",
        help="Of the selected clips. Download them first if you may want them back.",
    )


def _upload(whole: Collection) -> None:
    count = st.session_state.get(_COUNT, 0)
    with st.popover("Upload CSV", icon=":material/upload:", disabled=not may_change()):
        st.file_uploader(
            "CSV with the column clip and any of right_genre, tags, note and excluded",
            type=["csv", "tsv", "txt"],
            key=f"{_UPLOAD}:{count}",
            on_change=_take_upload,
            args=(whole, f"{_UPLOAD}:{count}"),
            max_upload_size=int(MAX_BYTES / 1e6),
            disabled=not may_change(),
            help="What the file says of a clip takes the place of what was said of it; an empty field takes it away. "
            "Other clips and columns that are not in the file stay as they are.",
        )


def _take_upload(whole: Collection, key: str) -> None:
    if (uploaded := st.session_state.get(key)) is None:
        return
    try:
        read = read_annotations_csv(uploaded.getvalue(), whole, load_annotations(whole.id))
    except GenreLabError as error:
        st.session_state[_PROBLEM] = escape_markdown(str(error))
        return
    if not _said(whole, read.words, "clip", f"changed by {uploaded.name}"):
        return
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1  # an empty uploader
    if read.unknown:
        listed = ", ".join(escape_markdown(clip) for clip in read.unknown[:_MOST_NAMED])
        more = f" and {len(read.unknown) - _MOST_NAMED:,} more" if len(read.unknown) > _MOST_NAMED else ""
        st.session_state[_DONE] += f" Not in this collection: {listed}{more}."


def _said(whole: Collection, words: Mapping[str, Words], what: str, done: str) -> bool:
    labels = {clip.name: clip.genre for clip in whole.clips}
    try:
        n_changed = annotate_clips(whole.id, words, labels=labels)
    except GenreLabError as error:
        st.session_state[_PROBLEM] = escape_markdown(str(error))
        return False
    st.session_state[_DONE] = f"{format_plural(n_changed, what)} {escape_markdown(done)}."
    return True
