"""What trained ears hear along the song: a picture of their tags over time, from the hearing of the verdicts."""

from collections.abc import Iterable, Mapping

import streamlit as st

from core.ears.weights import AUTHORS, TRAININGS, why_missing
from core.errors import GenreLabError
from core.prediction.song import HeardSong, SongVerdict
from core.prediction.tags import SongTags
from core.runs.record import Run
from dashboard.charts.runs.tags import N_MEAN, SOMEWHERE, shown_tags, tags_chart, tags_table
from dashboard.classify.songs import Song
from dashboard.classify.upload import tags_cache
from dashboard.sentences.song import tags_sentence
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme


def keep_tags(song: Song, heard: HeardSong, runs: Iterable[Run]) -> None:
    """Keep for this session what the ears hear in a song that runs have just judged.

    A run with trained ears has heard it already; where none was asked, the ears hear it now.
    """
    cache = tags_cache()
    if song.identity in cache or why_missing():
        return
    ears = next((run.config.trained_ears for run in runs if run.config.trained_ears is not None), None)
    try:
        with st.spinner(escape_markdown(f"Trained ears listen to {song.name}."), show_time=True):
            cache[song.identity] = heard.tags("msd" if ears is None else ears.training)
    except GenreLabError as error:
        cache[song.identity] = error


def show_tags(song: Song, verdicts: Mapping[str, SongVerdict]) -> None:
    """The tags over time, with what they mean; nothing where the weights of the ears are not installed."""
    tags: SongTags | GenreLabError | None = tags_cache().get(song.identity)
    if tags is None:
        return
    st.header("What trained ears hear", anchor=False)
    if isinstance(tags, GenreLabError):
        st.caption(escape_markdown(str(tags)))
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
