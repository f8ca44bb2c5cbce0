"""The clips of a cell of the confusion matrix: hear them, see them, and see what the model thought."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.excerpts import find_clip
from core.errors import GenreLabError
from core.evaluation.predictions import Predictions
from core.runs.named_clips import named_clips
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.charts.runs.probabilities import probability_chart
from dashboard.charts.spectrograms.level_scale import spectrogram_name
from dashboard.confusion.matrix_panel import cell_request
from dashboard.confusion.nearest import show_nearest_training, sounded_like
from dashboard.confusion.why_link import why_link
from dashboard.listening.asking import asked
from dashboard.sentences.facts import clip_credit, clip_source
from dashboard.sentences.shipped import what_to_get
from dashboard.sentences.wording import escape_markdown, format_percent, format_plural
from dashboard.shared.feedback import synthetic_badge
from dashboard.shared.names import clip_and_genre
from dashboard.shared.player import MAX_BARS, card_front_end, clip_card, clip_player, stored_picture
from dashboard.state import chart_theme
from dashboard.tables.confusion import clips_of_cell

CLIPS_A_PAGE = 6
_NOT_HERE = (
    ":material/music_off: The music is not part of Genre Lab. Names, artists and probabilities are stored with the run."
)


def show_cell(run: Run, predictions: Predictions, cell: tuple[str, str]) -> None:
    """Title, clips and pages of a cell."""
    actual, predicted = cell
    rows = clips_of_cell(predictions, actual, predicted)
    n_actual = int((predictions.table["actual"] == actual).sum())
    title = f"{actual} classified correctly" if actual == predicted else f"{actual} predicted as {predicted}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(escape_markdown(title), anchor=False, width="content")
        if run.synthetic:
            synthetic_badge()
    unit = f"test {run.config.split.unit}"
    if rows.empty:
        name = escape_markdown(actual)
        st.caption(f"No {unit} in this cell; {name} has {format_plural(n_actual, unit)}.")
        return
    share = format_percent(len(rows) / n_actual)
    of_all = f"{format_plural(n_actual, unit)} of {escape_markdown(actual)} ({share})"
    st.caption(f"{len(rows):,} of {of_all}, most probable first.")
    notes = st.container()
    start = _page(len(rows), cell)
    shown = rows.iloc[start : start + CLIPS_A_PAGE]
    with notes:
        collection = _collection(run, predictions, [str(name) for name in shown["clip"]])
    sounded = sounded_like(run, collection)
    columns = st.columns(min(3, max(2, len(shown))))
    for place, (_, row) in enumerate(shown.iterrows()):
        with columns[place % len(columns)]:
            ask = asked(cell_request(cell)) if place == 0 else ""
            _show_clip(run, collection, row, predictions.genres, ask=ask)
            why_link(run, collection, _find(run, collection, str(row["clip"])))
            if sounded is not None:
                show_nearest_training(sounded, _find(run, collection, str(row["clip"])))


def _page(n_rows: int, cell: tuple[str, str]) -> int:
    """First row to show, chosen where there are more than fit."""
    n_pages = -(-n_rows // CLIPS_A_PAGE)
    if n_pages == 1:
        return 0
    return (st.pagination(n_pages, key=f"confusion:page:{cell}") - 1) * CLIPS_A_PAGE


def _collection(run: Run, predictions: Predictions, shown: Sequence[str]) -> Collection:
    """The collection the run was trained on; where it is not here, what the names of the clips tell."""
    try:
        collection = services.collection(run.config.collection_id, corrected=run.config.corrected_labels)
    except GenreLabError as error:
        named = named_clips(run, predictions)
        heard = [_find(run, named, name) for name in shown]
        n_heard = sum(clip is not None and services.sound(named, clip) is not None for clip in heard)
        if run.shipped and not n_heard:
            every = [clip.name for clip in named.clips]
            _say_what_to_get([clip.whole.name for clip in heard if clip is not None], every)
        else:
            _say_absent(run, str(error), n_heard, len(shown))
        return named
    if set(run.config.genres) <= set(collection.genres):
        unchanged = collection.subset(run.config.genres).fingerprint == run.collection_fingerprint
    else:
        unchanged = False
    if not unchanged:
        st.warning(
            f"{escape_markdown(collection.title)} has changed since this run was trained: a clip may be missing, "
            "different, or of another genre.",
            icon=":material/history:",
        )
    return collection


def _say_absent(run: Run, reason: str, n_heard: int, n_shown: int) -> None:
    """Why the clips have no pictures here, and how they can be heard."""
    if not run.shipped:
        lost = "seen" if n_heard == n_shown else "played or seen"
        st.warning(
            f"The clips cannot be {lost}: {escape_markdown(reason)} Their probabilities are stored with the run.",
            icon=":material/volume_off:",
        )
        return
    st.caption(f"{_NOT_HERE} {n_heard} of these {n_shown} clips can be played from another collection here.")


def _say_what_to_get(shown: Sequence[str], every: Sequence[str]) -> None:
    """Which collections would make the clips in view audible, counted.

    Parameters
    ----------
    shown, every : sequence of str
        Names of the clips in view, and of all test clips.
    """
    advice = what_to_get(shown, every)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{_NOT_HERE} {advice}", width="content")
        if advice:
            navigation.page_link("collections", "Get a collection")


def _find(run: Run, collection: Collection, name: str) -> Clip | None:
    """The clip, or the excerpt of one, that a prediction names."""
    return find_clip(collection, name, run.config.split.n_excerpts, run.config.front_end)


def _show_clip(run: Run, collection: Collection, row: pd.Series, genres: tuple[str, ...], *, ask: str) -> None:
    name, actual = str(row["clip"]), str(row["actual"])
    probabilities = {genre: float(row[genre]) for genre in genres}
    clip = _find(run, collection, name)
    if clip is not None and clip.genre != actual:
        clip = replace(clip, genre=actual)  # the run knows it under the genre that it had then
    if clip is not None and (collection.has_audio or clip.size_bytes):
        picture = card_front_end(collection, run.config.front_end)
        clip_card(collection, clip, probabilities=probabilities, front_end=picture, key=f"confusion:{run.id}", ask=ask)
        return
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            clip_and_genre(name, actual)
        if clip is None:
            left_out = any(file.name == name for file in collection.left_out)
            st.caption(
                "The collection leaves this clip out now: see Collections, Genres."
                if left_out
                else "This clip is no longer in the collection."
            )
        else:
            _show_known(collection, clip, run, ask=ask)
        st.altair_chart(
            probability_chart(probabilities, actual=actual, most=MAX_BARS, theme=chart_theme()),
            key=f"confusion:{run.id}:{name}",
            alt=f"Probabilities of genres for {name}",
        )


def _show_known(collection: Collection, clip: Clip, run: Run, *, ask: str) -> None:
    """Artist, title, sound and picture of a clip of which only the name is here, as far as they are known."""
    known = filter(None, (clip_credit(collection, clip), clip_source(collection, clip)))
    st.caption(escape_markdown(" · ".join(known) or "Artist and title unknown"))
    picture, title = None, ""
    if (found := services.picture_elsewhere(collection, clip, run.config.front_end)) is not None:
        other, same, front_end = found
        picture = stored_picture(other, same, front_end)
        title = f"{spectrogram_name(front_end)} from {escape_markdown(other.title)}"
    clip_player(
        collection,
        clip,
        key=f"confusion:{run.id}:{clip.name}:player",
        picture=picture,
        in_list=f"confusion:{run.id}",
        ask=ask,
        say_source=services.sound(collection, clip) is not None,
    )
    if title:
        st.caption(title)
