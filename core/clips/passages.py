"""Passages: the stretches of long files that are clips, and how they are chosen.

A song of five minutes is not its first 30 seconds. At import a long file becomes one clip or several, each a *passage*
of it (pages and commands say excerpt): heard, drawn, trained on and judged by itself, and kept together with the others
of its song by every split. That is a matter of files; `core.clips.excerpts` cuts *clips*, for one split protocol.

Passages begin and end at whole seconds: there all usual sample rates have a sample at once, so that a passage has the
samples that the whole file has there, and its name says exactly where it is.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from core.errors import ConfigError
from core.files import require_known_fields

Where = Literal["middle", "start", "loudest", "whole"]
WHERE: tuple[Where, ...] = get_args(Where)
"""Where passages come from: around the middle, from the start, the loudest, or nowhere: files stay whole."""
MOST_EXCERPTS = 10
SHORTEST_S, LONGEST_S = 5, 600
_LONG = 2
"""A file is cut where it is longer than so many passages."""


@dataclass(frozen=True)
class Passage:
    """Which stretch of its file a clip is, as long as the clip.

    Attributes
    ----------
    song : str
        Name that the whole file has, or would have, as a clip.
    start_s : float
        Where in the file it begins.
    file_s : float
        Length of the file.
    """

    song: str
    start_s: float
    file_s: float


def _require_whole(value: object, low: int, high: int, what: str, field: str) -> None:
    if type(value) is not int or not low <= value <= high:
        raise ConfigError(f"{what}: expected {low} to {high}, got {value!r}.", field=field)


@dataclass(frozen=True, kw_only=True)
class Excerpting:
    """Which passages of long files become clips.

    Attributes
    ----------
    where : str
        Of `WHERE`.
    n : int
        Of each long file, 1 to 10; fewer where not so many fit.
    length_s : int
        Of each, 5 to 600. Files of up to twice that stay whole.

    Raises
    ------
    ConfigError
        A value is none of these.

    Examples
    --------
    >>> from core.clips.passages import Excerpting
    >>> Excerpting(n=3).starts(303.0)
    (53, 136, 219)
    >>> Excerpting(where="start", n=3).starts(303.0)
    (0, 30, 60)
    """

    where: Where = "middle"
    n: int = 1
    length_s: int = 30

    def __post_init__(self) -> None:
        _require_whole(self.n, 1, MOST_EXCERPTS, "Excerpts of each song", "n")
        _require_whole(self.length_s, SHORTEST_S, LONGEST_S, "Length of an excerpt in whole seconds", "length_s")
        if self.where not in WHERE:
            raise ConfigError(f"Excerpts: expected one of {', '.join(WHERE)}, got {self.where!r}.", field="where")

    @property
    def longest_whole_s(self) -> int:
        """Files of up to so many seconds stay whole."""
        return _LONG * self.length_s

    def cuts(self, file_s: float) -> bool:
        """Whether passages are taken of a file of that length."""
        return self.where != "whole" and file_s > self.longest_whole_s

    def n_of(self, file_s: float) -> int:
        """How many passages a file of that length has."""
        return min(self.n, int(file_s) // self.length_s)

    def starts(self, file_s: float) -> tuple[int, ...]:
        """Where the passages of a file begin, in s, when its length alone decides: from the start, or the middle.

        Around the middle they are spread evenly: the gaps before, between and after them are equally long.
        """
        n = self.n_of(file_s)
        if self.where == "start":
            return tuple(number * self.length_s for number in range(n))
        free_s = file_s - n * self.length_s
        return tuple(int((number + 1) * free_s / (n + 1)) + number * self.length_s for number in range(n))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `excerpting_from_dict` reads them back."""
        return asdict(self)


WHOLE = Excerpting(where="whole")
"""Every file is one clip, however long."""


def excerpting_from_dict(values: Mapping[str, Any]) -> Excerpting:
    """Settings of the values that `Excerpting.to_dict` gave.

    Raises
    ------
    NewerVersionError
        There are some that are not known here.
    ConfigError, TypeError
        They are none.
    """
    require_known_fields(Excerpting, values, "How long files are cut")
    return Excerpting(**values)


def clock(time_s: float) -> str:
    """A place in a file, or its length: ``"0:45"``, ``"5:03"``, ``"1:02:16"``.

    >>> clock(45), clock(302.9), clock(3736)
    ('0:45', '5:03', '1:02:16')
    """
    minutes, seconds = divmod(round(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
