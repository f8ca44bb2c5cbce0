"""The song that one visitor has uploaded: kept in that visitor's session, never on disk and never shared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audio import AudioInfo, playable_audio, probe_audio, read_audio
from core.classification import SongVerdict
from core.features.frontends import GtzanSpectrogram, MelSpectrogram
from core.features.gtzan_spectrogram import song_level
from core.runs.record import Run

SongFrontEnd = MelSpectrogram | GtzanSpectrogram
"""Front ends that a song of any length has a picture by."""

MAX_SHOWN_FRAMES = 20_000
"""Frames of the longest spectrogram shown: some 15 to 20 minutes."""


@dataclass(frozen=True)
class Song:
    """An uploaded song.

    Attributes
    ----------
    name : str
        Of the file.
    identity : str
        Of this upload: results are kept under it.
    content : bytes
    info : AudioInfo
    """

    name: str
    identity: str
    content: bytes
    info: AudioInfo


def open_song(name: str, identity: str, content: bytes) -> Song:
    """Look at an upload; `AudioError` when it is not sound."""
    return Song(name=name, identity=identity, content=content, info=probe_audio(content))


def playable_song(song: Song) -> tuple[bytes, str]:
    """Bytes and MIME type that a browser plays; formats it does not know become WAV."""
    return playable_audio(song.content)


def song_spectrogram(song: Song, front_end: SongFrontEnd) -> tuple[NDArray[Any], SongFrontEnd]:
    """Spectrogram of the whole song and the front end whose axes and levels it has.

    Where a front end standardises, the picture is standardised over the whole song, not over each window.

    Raises
    ------
    AudioError
        The song cannot be read.
    FeatureError
        It is silence.
    """
    samples = read_audio(song.content, sr_hz=front_end.sr_hz, duration_s=MAX_SHOWN_FRAMES * front_end.frame_s)
    if isinstance(front_end, GtzanSpectrogram):
        return song_level(samples), front_end
    n_frames = min(MAX_SHOWN_FRAMES, 1 + len(samples) // front_end.hop_length)
    whole = replace(front_end, n_frames=n_frames)
    level_db, n_valid = whole.transform(samples)
    return level_db[:, :n_valid].astype(np.float32), whole


def verdicts_as_dict(song: Song, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> dict[str, Any]:
    """The same as plain values for JSON."""
    return {
        "song": song.name,
        "duration_s": song.info.duration_s,
        "runs": [
            {
                "run": run_id,
                "name": runs[run_id].config.name,
                "collection": runs[run_id].collection_title,
                "synthetic": runs[run_id].synthetic,
                "genre": verdict.genre,
                "probabilities": dict(zip(verdict.genres, verdict.probabilities, strict=True)),
                "windows": [
                    {
                        "start_s": window.start_s,
                        "end_s": window.end_s,
                        "probabilities": dict(zip(verdict.genres, window.probabilities, strict=True)),
                    }
                    for window in verdict.windows
                ],
                "warning": verdict.warning,
            }
            for run_id, verdict in verdicts.items()
        ],
    }
