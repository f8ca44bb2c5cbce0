"""What the trained ears hear in the uploaded song: heard once for tags, nearest clips and the unlike-score, and kept in
the visitor's session.
"""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.ears.weights import Training
from core.embeddings.ears import EARS
from core.errors import GenreLabError
from core.prediction.hearing import SongHearing
from dashboard.classify.hearing import heard_song
from dashboard.classify.songs import Song
from dashboard.classify.upload import HEARINGS
from dashboard.sentences.wording import escape_markdown


def song_hearing(song: Song, training: Training) -> SongHearing:
    """What the ears hear along the song.

    Parameters
    ----------
    song : Song
    training : "msd" or "mtt"

    Raises
    ------
    AudioError, FeatureError
        The song cannot be read, or the weights of the ears are not installed.
    """
    kept: dict[tuple[str, Training], SongHearing | GenreLabError] = st.session_state.setdefault(HEARINGS, {})
    key = song.identity, training
    if key not in kept:
        with st.spinner(escape_markdown(f"Trained ears listen to {song.name}."), show_time=True):
            try:
                kept[key] = heard_song(song).hearing(training)
            except GenreLabError as error:
                kept[key] = error
    found = kept[key]
    if isinstance(found, GenreLabError):
        raise found
    return found


def song_patches(song: Song) -> NDArray[np.float32]:
    """Embedding of each 3 s of the song, shape (patches, 200); raises as `song_hearing`."""
    return song_hearing(song, EARS.training).embeddings
