"""The song that one visitor has uploaded: kept in that visitor's session, never on disk and never shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from core.audio import AudioInfo, playable_audio, probe_audio, read_audio
from core.evaluation.calibration import Calibration
from core.features.base import AudioFrontEnd, Features
from core.prediction.song import SongVerdict
from core.runs.record import Run

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


def song_spectrogram(song: Song, front_end: AudioFrontEnd) -> tuple[NDArray[Any], Features]:
    """Spectrogram of the whole song and the features whose axes and levels it has.

    Where a front end standardises, the picture is standardised over the whole song, not over each window.

    Raises
    ------
    AudioError
        The song cannot be read.
    FeatureError
        It is silence.
    """
    samples = read_audio(song.content, sr_hz=front_end.sr_hz, duration_s=MAX_SHOWN_FRAMES * front_end.frame_s)
    return front_end.whole_sound(samples, max_frames=MAX_SHOWN_FRAMES)


def verdicts_as_dict(
    song: Song,
    runs: Mapping[str, Run],
    verdicts: Mapping[str, SongVerdict],
    calibrations: Mapping[str, Calibration],
) -> dict[str, Any]:
    """The verdicts as plain values for JSON, with each run's calibration where that is known."""
    return {
        "song": song.name,
        # What was decoded; a header may say another length.
        "duration_s": next((verdict.duration_s for verdict in verdicts.values()), song.info.duration_s),
        "runs": [
            {
                "run": run_id,
                "name": runs[run_id].config.name,
                "collection": runs[run_id].collection_title,
                "synthetic": runs[run_id].synthetic,
                **verdict.to_dict(),
                "calibration": calibrations[run_id].to_dict() if run_id in calibrations else None,
            }
            for run_id, verdict in verdicts.items()
        ],
    }
