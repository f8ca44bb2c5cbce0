"""What is kept of one song: what each run says of it, its tags, or why it could not be judged."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from core.classifying.tags import FileTags, TagAnswer, compare_tag
from core.files import known_fields

_DIGITS = 6


@dataclass(frozen=True)
class RunVerdict:
    """What one run says of one song.

    Attributes
    ----------
    run_id : str
    probabilities : dict of str to float
        By genre, of the whole song; they sum to 1. Empty where the run could not judge.
    warning : str
        What limits the verdict, in words.
    reliable : bool
        False where the song lacks what the model listens to.
    error : str
        Why the run could not judge; empty where it could.
    """

    run_id: str
    probabilities: dict[str, float]
    warning: str = ""
    reliable: bool = True
    error: str = ""

    @property
    def ranked(self) -> list[tuple[str, float]]:
        """Genres with their probabilities, the most probable first; the first of equals is the run's first."""
        genres, values = list(self.probabilities), list(self.probabilities.values())
        return [(genres[place], values[place]) for place in np.argsort(-np.array(values), kind="stable")]


@dataclass(frozen=True, kw_only=True)
class SongResult:
    """One song as it was judged.

    Attributes
    ----------
    song : str
        Path, or the name of an upload.
    size, mtime_ns : int
        Of the file when it was judged: one that has changed since is judged again.
    verdicts : tuple of RunVerdict
        In the order in which the runs were named.
    duration_s : float or None
        Of the whole song; None where it could not be judged.
    unlike : float or None
        Share of the clips that the leading run learnt from which are less unlike the others than this song, 0 to 100
        (`core.embeddings.unlike`); None where that is not known.
    beyond : bool
        Whether it is less like them than every one of them.
    tags : FileTags
    error : str
        Why no run could judge it; empty where one could.
    cpu_s : float
        Seconds of a processor that it took.
    """

    song: str
    size: int = 0
    mtime_ns: int = 0
    verdicts: tuple[RunVerdict, ...] = ()
    duration_s: float | None = None
    unlike: float | None = None
    beyond: bool = False
    tags: FileTags = field(default_factory=FileTags)
    error: str = ""
    cpu_s: float = 0.0

    @property
    def leading(self) -> RunVerdict | None:
        """The verdict that counts: of the run named first, among those that could judge."""
        return next((verdict for verdict in self.verdicts if not verdict.error), None)

    @property
    def genre(self) -> str:
        """The most probable genre by the `leading` verdict; empty where there is none."""
        return "" if self.leading is None else self.leading.ranked[0][0]

    @property
    def n_agreeing(self) -> int:
        """Runs whose most probable genre is this one."""
        return sum(not verdict.error and verdict.ranked[0][0] == self.genre for verdict in self.verdicts)

    @property
    def tag_answer(self) -> TagAnswer | None:
        """Whether the song's own genre tag is the verdict; None where there is no verdict."""
        if self.leading is None:
            return None
        return compare_tag(self.tags.genre, self.genre, self.leading.probabilities)

    @property
    def warnings(self) -> str:
        """All that limits what was said, in words; what several runs say alike, or one says among more, once."""
        said = dict.fromkeys(verdict.warning for verdict in self.verdicts if verdict.warning)
        if not self.error:
            said |= dict.fromkeys(verdict.error for verdict in self.verdicts if verdict.error)
        return " ".join(one for one in said if not any(one != other and one in other for other in said))

    @property
    def reliable(self) -> bool:
        """False where the leading run lacks what it listens to."""
        return self.leading is None or self.leading.reliable

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values = asdict(self)
        values["unlike"] = None if self.unlike is None else round(self.unlike, _DIGITS)
        for verdict in values["verdicts"]:
            verdict["probabilities"] = {
                genre: round(probability, _DIGITS) for genre, probability in verdict["probabilities"].items()
            }
        return values


def result_from_dict(values: Mapping[str, Any]) -> SongResult:
    """From what `SongResult.to_dict` gave; what a newer Genre Lab has added is left out.

    Raises
    ------
    KeyError, TypeError
        It is no such record.
    """
    known = known_fields(SongResult, values)
    known["verdicts"] = tuple(RunVerdict(**known_fields(RunVerdict, verdict)) for verdict in known["verdicts"])
    known["tags"] = FileTags(**known_fields(FileTags, known["tags"]))
    return SongResult(**known)
