"""Test clips of a run, to be heard and seen: in its collection, or by their names where that is not here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.excerpts import find_clip, whole_name
from core.collections.sound import heard_clips, may_be_elsewhere
from core.errors import GenreLabError
from core.evaluation.predictions import Predictions
from core.runs.named_clips import named_clips
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.charts.runs.probabilities import probability_chart
from dashboard.charts.spectrograms.level_scale import spectrogram_name
from dashboard.sentences.facts import clip_credit, clip_source
from dashboard.sentences.shipped import what_to_get
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.names import clip_and_genre
from dashboard.shared.player import MAX_BARS, card_front_end, clip_card, clip_player, stored_picture
from dashboard.state import chart_theme

_NOT_HERE = (
    ":material/music_off: The music is not part of Genre Lab. Names, artists and probabilities are stored with the run."
)


def tested_collection(run: Run, predictions: Predictions, shown: Sequence[str]) -> Collection:
    """The collection the run was trained on; where it is not here, that is said, and what the names of the clips tell.

    How many of the clips can be heard here, and which collection would make others audible, is counted and said.

    Parameters
    ----------
    run : Run
    predictions : Predictions
        Of that run.
    shown : sequence of str
        Names of the test clips in view.
    """
    try:
        collection = services.collection(run.config.collection_id, corrected=run.config.corrected_labels)
    except GenreLabError as error:
        named = _named(run.id, run, predictions)
        _say_absent(run, str(error), named, shown)
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
    if not collection.has_audio:
        _say_what_to_get(
            run, collection, shown, f":material/music_off: {escape_markdown(collection.title)} has no sound."
        )
    return collection


# What finished runs were tested on never changes; what is known of clips by name comes with Genre Lab.
@st.cache_resource(max_entries=8, show_spinner=False)
def _named(run_id: str, _run: Run, _predictions: Predictions) -> Collection:
    return named_clips(_run, _predictions)


def heard_names(run: Run, collection: Collection, names: Sequence[str]) -> frozenset[str]:
    """Which of the clips that predictions name can be heard here.

    Parameters
    ----------
    run : Run
    collection : Collection
        From `tested_collection`.
    names : sequence of str
    """
    heard, cut = {clip.name for clip in heard_clips(collection)}, run.config.split.n_excerpts
    return frozenset(name for name in names if whole_name(name, cut) in heard)


def _say_absent(run: Run, reason: str, named: Collection, shown: Sequence[str]) -> None:
    """Why the clips have no pictures here, and how they can be heard."""
    if run.shipped:
        _say_what_to_get(run, named, shown, _NOT_HERE)
        return
    lost = "seen" if len(heard_names(run, named, shown)) == len(shown) else "played or seen"
    st.warning(
        f"The clips cannot be {lost}: {escape_markdown(reason)} Their probabilities are stored with the run.",
        icon=":material/volume_off:",
    )
    _say_what_to_get(run, named, shown, "")


def _say_what_to_get(run: Run, collection: Collection, shown: Sequence[str], why: str) -> None:
    """How many of the clips in view can be heard here, and which collections would make the others audible, counted."""
    unit, cut = run.config.split.unit, run.config.split.n_excerpts
    heard = heard_names(run, collection, shown)
    silent = [name for name in shown if name not in heard]
    advice = ""
    if silent and may_be_elsewhere(collection):
        facts = {name: collection.facts.get(whole_name(name, cut)) for name in silent}
        wholes = [(known.parent if known is not None else "") or whole_name(name, cut) for name, known in facts.items()]
        advice = what_to_get(wholes, unit=unit, are_rest=bool(heard))
    can = ""
    if heard:
        n = "All" if len(heard) == len(shown) else f"{len(heard):,}"
        can = f"{n} of these {format_plural(len(shown), unit)} can be played from another collection here."
    if not (said := " ".join(filter(None, (why, can, advice)))):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(said, width="content")
        if advice:
            navigation.page_link("collections", "Get a collection")


def find_tested(run: Run, collection: Collection, name: str) -> Clip | None:
    """The clip, or the excerpt of one, that a prediction names."""
    return find_clip(collection, name, run.config.split.n_excerpts, run.config.front_end)


def _as_tested(run: Run, collection: Collection, name: str, actual: str) -> Clip | None:
    """The clip under the genre by which the run knows it: it may have another one now."""
    clip = find_tested(run, collection, name)
    return clip if clip is None or clip.genre == actual else replace(clip, genre=actual)


def show_tested_clip(
    run: Run,
    collection: Collection,
    name: str,
    actual: str,
    *,
    key: str,
    probabilities: Mapping[str, float] | None = None,
    ask: str = "",
    queue: Sequence[tuple[str, str]] = (),
    on_step: Callable[[str], None] | None = None,
) -> None:
    """The card of a test clip: its player and picture as far as they are here, and what the run said of it.

    Parameters
    ----------
    run : Run
    collection : Collection
        From `tested_collection`.
    name, actual : str
        The clip, and its genre, as the run knows them.
    key : str
        Cards with the same one follow each other by *previous* and *next*.
    probabilities : mapping of genre to probability, optional
        By the run, to be drawn.
    queue : sequence of (str, str)
        Names and genres of the clips in view around it, this one among them.
    ask, on_step
        See `dashboard.shared.player.clip_player`.
    """
    clip = _as_tested(run, collection, name, actual)
    clips = [found for each in queue if (found := _as_tested(run, collection, *each)) is not None]
    if clip is not None and (collection.has_audio or clip.size_bytes):
        clip_card(
            collection,
            clip,
            probabilities=probabilities,
            front_end=card_front_end(collection, run.config.front_end),
            key=key,
            ask=ask,
            queue=clips,
            on_step=on_step,
        )
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
            _show_known(collection, clip, run, key=key, ask=ask, queue=clips, on_step=on_step)
        if probabilities is not None:
            st.altair_chart(
                probability_chart(probabilities, actual=actual, most=MAX_BARS, theme=chart_theme()),
                key=f"{key}:{name}",
                alt=f"Probabilities of genres for {name}",
            )


def _show_known(
    collection: Collection,
    clip: Clip,
    run: Run,
    *,
    key: str,
    ask: str,
    queue: Sequence[Clip],
    on_step: Callable[[str], None] | None,
) -> None:
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
        key=f"{key}:{clip.name}:player",
        picture=picture,
        in_list=key,
        ask=ask,
        queue=queue,
        on_step=on_step,
        say_source=services.sound(collection, clip) is not None,
    )
    if title:
        st.caption(title)
