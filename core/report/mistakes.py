"""Mistakes of runs that can be heard in a report: of music made by a program, which may be passed on."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import soundfile
import soxr

from core.clips.clip import Clip
from core.clips.excerpts import find_clip
from core.clips.sound import middle_wav
from core.collections.registry import load_collection
from core.collections.sound import find_sound
from core.errors import GenreLabError
from core.report.document import Sound
from core.runs.record import Run
from core.runs.results import load_predictions

MOST_OF_A_RUN, MOST_IN_ALL = 5, 20
_LONGEST_S = 6.0
_SR_HZ = 22_050


@dataclass(frozen=True)
class Mistakes:
    """What can be heard of the mistakes of one run.

    Attributes
    ----------
    n : int
        Mistakes on its test set.
    sounds : sequence of Sound
        The most certain of those that can be heard.
    why_none : str
        Why there are none, as a sentence; empty where there are.
    """

    n: int
    sounds: Sequence[Sound]
    why_none: str = ""


def audible_mistakes(run: Run, *, recorded_too: bool = False, most: int = MOST_OF_A_RUN) -> Mistakes:
    """The most certain mistakes of a run, each some seconds from the middle of its clip.

    Parameters
    ----------
    run : Run
        A finished one.
    recorded_too : bool
        Also recorded music, for who may pass it on.
    most : int
        Sounds.
    """
    predictions = load_predictions(run.id)
    table = predictions.table
    wrong = table[table["actual"] != table["predicted"]]
    if wrong.empty:
        return Mistakes(0, (), "It made no mistake on its test set.")
    if not run.synthetic and not recorded_too:
        return Mistakes(
            len(wrong),
            (),
            "They are not in this report: the music is recorded, and its licence may not allow passing on.",
        )
    try:
        collection = load_collection(run.config.collection_id)
    except GenreLabError:
        return Mistakes(len(wrong), (), "They cannot be heard: the collection is not here.")
    certain = wrong.assign(probability=wrong[list(predictions.genres)].max(axis=1))
    certain = certain.sort_values("probability", ascending=False, kind="stable")
    sounds: list[Sound] = []
    for row in certain.to_dict("records"):
        if len(sounds) == most:
            break
        clip = find_clip(collection, str(row["clip"]), run.config.split.n_excerpts, run.config.front_end)
        found = None if clip is None else find_sound(collection, clip)
        if found is None:
            continue
        try:
            content = _mp3(found.clip, start_s=found.start_s or 0.0, end_s=found.end_s)
        except GenreLabError:
            continue
        sounds.append(
            Sound(
                content,
                f"{row['clip']}: {row['actual']}, taken for {row['predicted']} "
                f"(probability {100 * row['probability']:.0f} %)",
            )
        )
    return Mistakes(len(wrong), sounds, "" if sounds else "They cannot be heard: their sound is not here.")


def _mp3(clip: Clip, *, start_s: float, end_s: float | None) -> bytes:
    """Seconds from the middle of a clip: an mp3 that holds nothing of the file's name or of its tags."""
    wav = middle_wav(clip, start_s=start_s, end_s=end_s, longest_s=_LONGEST_S)
    samples, sr_hz = soundfile.read(io.BytesIO(wav), dtype="float32")
    if sr_hz != _SR_HZ:
        samples = soxr.resample(samples, sr_hz, _SR_HZ, quality="HQ")
    made = io.BytesIO()
    soundfile.write(made, samples.clip(-1.0, 1.0), _SR_HZ, format="MP3")
    return made.getvalue()
