"""What the trained ears hear in the uploaded song, kept in the visitor's session."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.embeddings.ears import EARS, patch_embeddings
from dashboard.classify.hearing import heard_song
from dashboard.classify.songs import Song
from dashboard.classify.upload import PATCHES


def song_patches(song: Song) -> NDArray[np.float32]:
    """Embedding of each 3 s of the song, shape (patches, 200); only that of the latest song is kept.

    Raises
    ------
    AudioError, FeatureError
        The song cannot be read, or the weights of the ears are not installed.
    """
    kept: tuple[str, NDArray[np.float32]] | None = st.session_state.get(PATCHES)
    if kept is not None and kept[0] == song.identity:
        return kept[1]
    with st.spinner("The trained ears listen to the song", show_time=True):
        patches = patch_embeddings(heard_song(song).samples_at(EARS.sr_hz))
    st.session_state[PATCHES] = song.identity, patches
    return patches
