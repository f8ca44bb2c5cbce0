"""What trained ears hear along the song: a picture of their tags over time, from the hearing of the verdicts."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

import streamlit as st

from core.ears.weights import AUTHORS, TRAININGS, Training, why_missing
from core.embeddings.ears import EARS
from core.errors import GenreLabError
from core.prediction.song import SongVerdict
from core.prediction.tags import SongTags, tags_along
from core.runs.record import Run
from dashboard.charts.runs.tags import N_MEAN, SOMEWHERE, shown_tags, tags_chart, tags_table
from dashboard.classify.ears import song_hearing
from dashboard.classify.songs import Song
from dashboard.sentences.song import tags_sentence
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme


def hear_tags(song: Song, runs: Iterable[Run]) -> None:
    """Let the ears hear a song that runs have just judged, while it is decoded: for its tags and its embedding.

    The answer of the runs does not wait for it. What a run with trained ears has heard of it is not heard again.
    """
    for training in ears_wanted(runs):
        with suppress(GenreLabError):  # it is said where tags or neighbours would stand
            song_hearing(song, training)


def ears_wanted(runs: Iterable[Run]) -> tuple[Training, ...]:
    """Trainings of the ears that hear the song for its tags and for its embedding; none that is not installed."""
    return () if why_missing() else tuple(dict.fromkeys((_training(runs), EARS.training)))


def _training(runs: Iterable[Run]) -> Training:
    """That of the ears of a run, else the ears' own."""
    return next((run.config.trained_ears.training for run in runs if run.config.trained_ears), EARS.training)


def song_tags(song: Song, runs: Iterable[Run]) -> SongTags | None:
    """The tags along the song; None where the ears cannot hear it, which `show_tags` says."""
    try:
        return tags_along(song_hearing(song, _training(runs)))
    except GenreLabError:
        return None


def show_tags(song: Song, runs: Iterable[Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """The tags over time, with what they mean; nothing where the weights of the ears are not installed."""
    if why_missing():
        return
    st.header("What trained ears hear", anchor=False)
    try:
        tags = tags_along(song_hearing(song, _training(runs)))
    except GenreLabError as error:
        st.caption(escape_markdown(str(error)))
        return
    training = TRAININGS[tags.training]
    st.markdown(escape_markdown(tags_sentence(tags)))
    table = tags_table(tags, shown_tags(tags))
    st.altair_chart(
        tags_chart(table, duration_s=max(verdict.duration_s for verdict in verdicts.values()), theme=chart_theme()),
        key="classify:tags",
        alt=f"Probability of {table['tag'].nunique()} tags along the song, in stretches of 3 s",
    )
    st.caption(
        f"Each of {len(tags.tags)} tags has a probability of its own, in stretches of 3 s. Shown: the {N_MEAN} most "
        f"probable over the song, and others that reach {100 * SOMEWHERE:.0f} % somewhere. The tags are those of "
        f"{training.title}, not the genres of a run. {training.heard} {escape_markdown(AUTHORS)}"
    )
    stem = song.name.rsplit(".", 1)[0]
    table_download(
        "Export as CSV",
        lambda: tags_table(tags, list(tags.means)),
        f"{stem}-tags.csv",
        help="All tags in each stretch, in full precision.",
        key="classify:tags:csv",
    )
