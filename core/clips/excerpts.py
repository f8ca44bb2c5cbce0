"""Excerpts: a clip cut into equally long parts, each of which is an example by itself.

Only a protocol that shows what it inflates asks for it (`core.splits.segments`). Nothing is copied: an excerpt is a
view of its clip, whose stored features it shares (`core.training.dataset` cuts them). It is named by its clip and its
place, ``blues.00000 @ 2 of 10``, since how many seconds that is depends on how much of the clip a front end looks at.
"""

from dataclasses import dataclass

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.errors import FeatureError
from core.features.base import Features

_MARK = " @ "


@dataclass(frozen=True)
class Excerpt(Clip):
    """One of several equally long parts of a clip.

    Attributes
    ----------
    duration_s, path, size_bytes, modified_ns
        ``duration_s`` is its own; the others are those of the clip.
    cut_from : Clip
        The whole clip.
    number, n_excerpts : int
        Which part, from 1, of how many.
    """

    cut_from: Clip
    number: int
    n_excerpts: int

    @property
    def key(self) -> str:
        """That of the whole clip, under which its features are stored."""
        return self.cut_from.key

    @property
    def whole(self) -> Clip:
        """The clip that it is cut from."""
        return self.cut_from

    @property
    def n_parts(self) -> int:
        """Into how many excerpts the clip was cut."""
        return self.n_excerpts

    @property
    def place_s(self) -> tuple[float, float] | None:
        """Seconds of the clip at which it begins and ends; None where it is not known how long it lasts."""
        return ((self.number - 1) * self.duration_s, self.number * self.duration_s) if self.duration_s else None

    def span(self, n_frames: int) -> tuple[int, int]:
        """Which of the clip's ``n_frames`` are the excerpt's; see `excerpt_span`.

        Raises
        ------
        FeatureError
            There are fewer frames than excerpts.
        """
        if n_frames < self.n_excerpts:
            raise FeatureError(
                f"{self.cut_from.name} has {n_frames} frames and cannot be cut into {self.n_excerpts} excerpts. Choose "
                "fewer, or exclude the clip on Collections, Quality."
            )
        return excerpt_span(n_frames, self.number, self.n_excerpts)


def excerpt_span(n_frames: int, number: int, n_excerpts: int) -> tuple[int, int]:
    """First frame of an excerpt, and the first after it.

    Frames are shared out without remainder, so that two excerpts may differ by one frame.

    Parameters
    ----------
    n_frames : int
        Frames of music of the clip.
    number : int
        Which excerpt, from 1.
    n_excerpts : int

    >>> [excerpt_span(7, number, 3) for number in (1, 2, 3)]
    [(0, 2), (2, 4), (4, 7)]
    """
    return (number - 1) * n_frames // n_excerpts, number * n_frames // n_excerpts


def cut_clip(clip: Clip, n_excerpts: int, *, looked_s: float | None = None) -> tuple[Excerpt, ...]:
    """The excerpts of a clip, in the order of time; together they are the whole of it.

    Parameters
    ----------
    clip : Clip
    n_excerpts : int
        At least 1.
    looked_s : float, optional
        Seconds from its start that are divided; all of it when not given.
    """
    length_s = (clip.duration_s if looked_s is None else looked_s) / n_excerpts
    return tuple(
        Excerpt(
            name=f"{clip.name}{_MARK}{number} of {n_excerpts}",
            genre=clip.genre,
            path=clip.path,
            duration_s=length_s,
            size_bytes=clip.size_bytes,
            modified_ns=clip.modified_ns,
            cut_from=clip,
            number=number,
            n_excerpts=n_excerpts,
        )
        for number in range(1, n_excerpts + 1)
    )


def whole_name(name: str, n_excerpts: int | None) -> str:
    """Name of the clip that a run's prediction is of: without the place, where the run cut clips into excerpts."""
    return name if n_excerpts is None else name.rpartition(_MARK)[0] or name


def find_clip(collection: Collection, name: str, n_excerpts: int | None, front_end: Features) -> Clip | None:
    """The clip, or the excerpt of one, that a run's prediction is of; None where the collection has none of that name.

    Parameters
    ----------
    collection : Collection
    name : str
        As the prediction names it.
    n_excerpts : int or None
        Of the run's split.
    front_end : Features
        Of the run: it may look at less than the whole of a clip.
    """
    clip = collection.by_name.get(whole_name(name, n_excerpts))
    if clip is None or n_excerpts is None:
        return clip
    seen_s = front_end.shape[1] * front_end.frame_s
    looked_s = min(clip.duration_s, seen_s) if seen_s > 0 else clip.duration_s
    return next((each for each in cut_clip(clip, n_excerpts, looked_s=looked_s) if each.name == name), None)
