"""Why a run says what it says of a song: the whole explanation, as its kind of model allows.

Conventions: a run on spectrograms has saliency, and that is heard; a run on numeric features has contributions. A
hybrid has saliency of its spectrogram, its numeric features being as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.errors import ConfigError, RunError
from core.explanation.contributions import Contributions, group_contributions
from core.explanation.heard import HeardCells, hear_cells, n_judged
from core.explanation.last_map import last_map_saliency
from core.explanation.occlusion import OVER, occlusion_saliency
from core.explanation.question import Question
from core.explanation.saliency import METHODS, Method, Saliency
from core.explanation.subject import Subject, subject_of
from core.prediction.song import HeardSong, SongVerdict
from core.runs.record import Run

USUAL_SHARE = 0.2


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a run says what it says of a song.

    Attributes
    ----------
    run : Run
    verdict : SongVerdict
    question : Question
    saliency : Saliency or None
        Of a run on spectrograms.
    heard : HeardCells or None
        Its test; None also where the cells have no place in the sound, which ``unheard`` then says.
    contributions : Contributions or None
        Of a run on numeric features.
    unheard : str
        Why nothing can be heard; empty where it can, or where there is no saliency.
    part : str
        How much of the song is explained, in words; empty where all of it is.
    """

    run: Run
    verdict: SongVerdict
    question: Question
    saliency: Saliency | None = None
    heard: HeardCells | None = None
    contributions: Contributions | None = None
    unheard: str = ""
    part: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            **self.question.to_dict(),
            "saliency": None if self.saliency is None else self.saliency.to_dict(),
            "heard": None if self.heard is None else self.heard.to_dict(),
            "contributions": None if self.contributions is None else self.contributions.to_dict(),
            "unheard": self.unheard,
            "part": self.part,
        }


def explain_song(
    song: HeardSong,
    run_id: str,
    *,
    model: Any = None,
    genre: str = "",
    against: str = "",
    share: float = USUAL_SHARE,
    method: Method = "occlusion",
    saliency: Saliency | None = None,
    on_step: Callable[[int, int], None] | None = None,
) -> Explanation:
    """Explain a run's verdict on a song; of one so long that it is heard in stretches, that on the first of them.

    Parameters
    ----------
    song : HeardSong
    run_id : str
    model : keras.Model or ClassicalModel, optional
        The run's, where the caller keeps it.
    genre : str
        Why this genre; empty for the most probable one.
    against : str
        And not that one; empty for all others together.
    share : float
        Of the cells that are kept to be heard, 0.05 to 1.
    method : str
        Of the saliency, one of `METHODS`.
    saliency : Saliency, optional
        That of the same run, song, genres and method, where it was found before: another share is then soon heard.
    on_step : callable, optional
        Called as the work on a run on spectrograms goes on, with how many steps are done and how many there are: parts
        of the song that are occluded, and sounds that are judged.

    Raises
    ------
    AudioError
        The song cannot be read, or all of it is silence.
    ConfigError
        A genre is not one of the run's, the two are the same, or the share is out of range.
    RunError
        The run is unknown or unfinished, or the method does not suit its model.
    """
    part = _part_explained(song)
    song = song.beginning
    subject = subject_of(song, run_id, model=model)
    verdict = song.judged_by(run_id, model=subject.model)
    question = Question(verdict.genres, genre or _usual_genre(verdict, against), against)
    if subject.config.is_numeric:
        contributions = group_contributions(subject, question)
        return Explanation(subject.run, verdict, question, contributions=contributions, part=part)
    n_found, n_sounds = 0, n_judged()

    def on_part(done: int, n_parts: int) -> None:
        nonlocal n_found
        n_found = n_parts
        if on_step is not None:
            on_step(done, n_parts + n_sounds)

    def on_judged(done: int) -> None:
        if on_step is not None:
            on_step(n_found + done, n_found + n_sounds)

    if saliency is None:
        saliency = saliency_of(subject, question, method=method, on_part=on_part)
    try:
        heard = hear_cells(song, run_id, saliency, share, model=subject.model, before=verdict, on_judged=on_judged)
    except RunError as error:
        return Explanation(subject.run, verdict, question, saliency=saliency, unheard=str(error), part=part)
    return Explanation(subject.run, verdict, question, saliency=saliency, heard=heard, part=part)


def _part_explained(song: HeardSong) -> str:
    if not song.is_long:
        return ""
    first, last = song.stretches[0], song.stretches[-1]
    minutes = (last.begin_s + last.length_s) / 60
    return f"Explained is what the model says of the first {first.length_s / 60:.0f} of {minutes:.0f} minutes."


def _usual_genre(verdict: SongVerdict, against: str) -> str:
    """The most probable genre, or the next where that is the one it is contrasted with."""
    return next(genre for genre, _ in verdict.ranked if genre != against)


def saliency_of(
    subject: Subject,
    question: Question,
    *,
    method: Method = "occlusion",
    on_part: Callable[[int, int], None] | None = None,
) -> Saliency:
    """Saliency of a song by a method; errors as of `explain_song`."""
    if method not in METHODS:
        raise ConfigError(f"Expected one of the methods {', '.join(METHODS)}, got {method!r}.")
    if method not in ("grad-cam", "hires-cam"):
        return occlusion_saliency(subject, question, over=OVER[method], on_part=on_part)
    return last_map_saliency(subject, question, method=method)
