"""What was found out of the song in this session: explanations, curves, changed sounds. They go when the song goes."""

import io
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import soundfile
import streamlit as st
from numpy.typing import NDArray

from core.audio import playable_audio
from core.explanation.changeable import ChangeableSong
from core.jobs.reporter import ProgressReporter
from core.prediction.song import HeardSong
from dashboard import sounds
from dashboard.classify.hearing import heard_song
from dashboard.classify.songs import Song
from dashboard.sentences.progress import progress_text
from dashboard.sentences.wording import escape_markdown
from dashboard.state import session_id

_KEY = "classify:reasons"
_KEPT_S = 120.0
"""Songs up to this length stay decoded between questions; a longer one takes its seconds to decode anyway."""
MOST_HEAVY, MOST_LIGHT = 8, 64
"""Findings of a kind that are kept: those that hold pictures or sounds, and those that hold figures alone."""
_MOST_OF_LONG = 2
Found = TypeVar("Found")
Served = sounds.Served


@dataclass
class Reasons:
    """Of one song.

    Attributes
    ----------
    identity : str
        Of the song.
    is_long : bool
        Whether the song is so long that less of it is kept.
    asked : set
        Questions that were asked: further ones of the same kind are answered without another click.
    """

    identity: str
    is_long: bool
    asked: set[Hashable] = field(default_factory=set)
    _found: "dict[str, OrderedDict[Hashable, Any]]" = field(default_factory=dict)
    _changeable: ChangeableSong | None = None
    _served: Served | None = None

    def heard(self, song: Song) -> HeardSong:
        """The song for runs to judge."""
        return heard_song(song)

    def changeable(self, song: Song) -> ChangeableSong:
        """The song to be changed; `AudioError` where it cannot be read."""
        if self._changeable is None:
            self._changeable = ChangeableSong(song.content, unchanged=self.heard(song))
        return self._changeable

    def served(self, song: Song) -> Served:
        """The song as it is, for a player of its own; `AudioError` where it cannot be played."""
        if self._served is None:
            self._served = serve(*playable_audio(song.content))
        return self._served

    def known(self, kind: str, key: Hashable) -> Any:
        """What was found before of this kind under this key; None where nothing was."""
        return self._found[kind].get(key) if kind in self._found else None

    def keep(self, kind: str, key: Hashable, found: Any, *, most: int = MOST_HEAVY) -> None:
        """Keep what was found; of a kind the latest that were kept."""
        of_kind = self._found.setdefault(kind, OrderedDict())
        of_kind[key] = found
        of_kind.move_to_end(key)
        while len(of_kind) > (min(most, _MOST_OF_LONG) if self.is_long and most == MOST_HEAVY else most):
            of_kind.popitem(last=False)

    def kept(self, kind: str) -> dict[Hashable, Any]:
        """Everything of this kind that is kept, by its key, the latest last."""
        return dict(self._found.get(kind, {}))

    def find(self, kind: str, key: Hashable, make: Callable[[], Found]) -> Found:
        """What was found before of this kind under this key, or what ``make`` finds now."""
        found: Found | None = self.known(kind, key)
        if found is None:
            found = make()
            self.keep(kind, key, found)
        return found


def reasons_of(song: Song) -> Reasons:
    """What was found out of this song; of another one nothing is kept."""
    kept: Reasons | None = st.session_state.get(_KEY)
    if kept is None or kept.identity != song.identity:
        kept = st.session_state[_KEY] = Reasons(song.identity, song.info.duration_s > _KEPT_S)
    return kept


def forget_reasons(song: Song | None) -> None:
    """Drop what was found out of a song that is no longer here, with its sounds."""
    kept: Reasons | None = st.session_state.get(_KEY)
    if kept is not None and (song is None or song.identity != kept.identity):
        del st.session_state[_KEY]


def serve(content: bytes, mime: str) -> Served:
    """A sound or a picture at an address of the session, as long as the session holds the result."""
    return sounds.Served(lambda: (content, mime), session_id=session_id())


def serve_samples(samples: NDArray[np.float32], sr_hz: int) -> Served:
    """A sound of the session's own, as FLAC: half of what WAV takes.

    Parameters
    ----------
    samples : array, shape (n,)
        Mono, full scale ±1; more is clipped.
    sr_hz : int
    """
    stream = io.BytesIO()
    soundfile.write(stream, np.clip(samples, -1.0, 1.0), sr_hz, format="FLAC", subtype="PCM_16")
    return serve(stream.getvalue(), "audio/flac")


@contextmanager
def shown_progress(phase: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left while something is found out; gives what is called with steps done and steps in all."""
    bar = st.progress(0.0, text=phase)
    reporter = ProgressReporter(
        on_update=lambda now: bar.progress(min(1.0, now.fraction), text=escape_markdown(progress_text(now))),
        interval_s=0.1,
    )
    reporter.phase(phase, total=1)
    n_steps = 1

    def on_step(done: int, n: int) -> None:
        nonlocal n_steps
        if n != n_steps:
            n_steps = n
            reporter.phase(phase, total=n)
        reporter.advance(done)

    try:
        yield on_step
    finally:
        bar.empty()
