"""The one hearing of a visitor's song: decoded once for all models, the trained ears and the picture.

It is kept between clicks as long as the songs of all visitors together take no more than `MOST_BYTES`: beyond that,
those heard longest ago are let go, and decoded again when they are wanted.
"""

import threading
import weakref
from collections.abc import Iterable
from contextlib import suppress

import streamlit as st

from core.embeddings.ears import EARS
from core.errors import AudioError
from core.prediction.judge import rates_of
from core.prediction.song import HeardSong
from dashboard import services
from dashboard.classify.songs import Song
from dashboard.classify.upload import HEARING

MOST_BYTES = 250_000_000


class _Hearing:
    """A song's hearing in a session; without it once the server needed the memory."""

    def __init__(self, identity: str, heard: HeardSong) -> None:
        self.identity = identity
        self.heard: HeardSong | None = heard


_latest: list["weakref.ref[_Hearing]"] = []
_lock = threading.Lock()


def heard_song(song: Song, run_ids: Iterable[str] = ()) -> HeardSong:
    """The song as it is heard, in this session.

    Parameters
    ----------
    song : Song
    run_ids : iterable of str
        Runs that are to judge it.
    """
    kept: _Hearing | None = st.session_state.get(HEARING)
    if kept is not None and kept.identity == song.identity and (heard := kept.heard) is not None:
        return heard
    rates_hz = {*rates_of(run_ids), services.MEL.sr_hz, *(() if EARS.why_not_here else (EARS.sr_hz,))}
    heard = HeardSong(song.content, rates_hz=rates_hz)
    with suppress(AudioError):  # which is said where it is to be heard
        let_go_of_the_oldest(n_bytes_to_come=heard.n_bytes_to_come)
    kept = _Hearing(song.identity, heard)
    st.session_state[HEARING] = kept
    with _lock:
        _latest.append(weakref.ref(kept))
    return heard


def let_go_of_the_oldest(*, n_bytes_to_come: int = 0) -> None:
    """Keep the memory of all songs within `MOST_BYTES`; the one heard last always stays.

    Parameters
    ----------
    n_bytes_to_come : int
        What a song takes that is to be heard next.
    """
    with _lock:
        alive = [(one, known) for one in _latest if (known := one()) is not None and known.heard is not None]
        total, n_kept = n_bytes_to_come, int(n_bytes_to_come > 0)
        for _, known in reversed(alive):
            total += 0 if known.heard is None else known.heard.n_bytes
            if n_kept and total > MOST_BYTES:
                known.heard = None
            else:
                n_kept += 1
        _latest[:] = [one for one, known in alive if known.heard is not None]
