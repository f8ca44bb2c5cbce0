"""The song that one visitor has chosen: kept in that visitor's session, never shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

from core.audio import AudioInfo, probe_audio
from core.evaluation.calibration import Calibration
from core.features.base import AudioFrontEnd, Features
from core.prediction.song import HeardSong, SongVerdict
from core.runs.record import Run

MAX_SHOWN_FRAMES = 20_000
"""Frames of the longest spectrogram shown: some 15 to 20 minutes."""
Origin = Literal["uploaded", "recorded", "example", "clip"]


@dataclass(frozen=True)
class Song:
    """A song.

    Attributes
    ----------
    name : str
        Of the file.
    identity : str
        Of this upload: results are kept under it.
    content : bytes
        Of the file.
    info : AudioInfo
    origin : "uploaded", "recorded", "example" or "clip"
        Where it comes from.
    clip : (str, str) or None
        Of a clip: its collection's id and its name.
    """

    name: str
    identity: str
    content: bytes
    info: AudioInfo
    origin: Origin = "uploaded"
    clip: tuple[str, str] | None = None


def open_song(
    name: str, identity: str, content: bytes, *, origin: Origin = "uploaded", clip: tuple[str, str] | None = None
) -> Song:
    """Look at a song; `AudioError` when it is not sound. Parameters as of `Song`."""
    return Song(name, identity, content, probe_audio(content), origin, clip)


def song_spectrogram(heard: HeardSong, front_end: AudioFrontEnd) -> tuple[NDArray[Any], Features]:
    """Spectrogram of the whole song and the features whose axes and levels it has.

    Where a front end standardises, the picture is standardised over the whole song, not over each window.

    Raises
    ------
    AudioError
        The song cannot be read.
    FeatureError
        It is silence.
    """
    longest = round(MAX_SHOWN_FRAMES * front_end.frame_s * front_end.sr_hz)
    samples = heard.samples_at(front_end.sr_hz)[:longest]
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
