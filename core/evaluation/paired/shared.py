"""The clips on which several answerers can be held against each other, and what each said of them.

Conventions: an *answerer* is a run, a listener or a class; rows of arrays are answerers, columns clips.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError
from core.evaluation.predictions import Predictions

_LEAST_MASS = 1e-12
_MOST_NAMED = 3


@dataclass(frozen=True, eq=False)
class SharedClips:
    """What several answerers said of the same clips.

    Attributes
    ----------
    names : tuple of str
        Clips, sorted by name.
    genres : tuple of str
        Genres that all answerers know.
    actual : int array, shape (clips,)
        Places of the actual genres in ``genres``.
    predicted : int array, shape (answerers, clips)
        Places of the genres said.
    n_tested : tuple of int
        Clips that each answerer was tested on.
    """

    names: tuple[str, ...]
    genres: tuple[str, ...]
    actual: NDArray[np.intp]
    predicted: NDArray[np.intp]
    n_tested: tuple[int, ...]

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """Which clips each answerer judged rightly, shape (answerers, clips)."""
        return np.asarray(self.predicted == self.actual)

    @cached_property
    def _names(self) -> NDArray[np.object_]:
        return np.array(self.names, dtype=object)

    @property
    def is_all(self) -> bool:
        """Whether these are all clips that each was tested on."""
        return all(n == len(self.names) for n in self.n_tested)

    def named(self, chosen: NDArray[np.bool_]) -> tuple[str, ...]:
        """Names of the chosen clips."""
        return tuple(self._names[chosen].tolist())


def share_clips(answers: Sequence[Predictions]) -> SharedClips:
    """Clips and genres in common.

    Where the genres differ, those that all know count, and each answerer says the most probable of them
    (`restrict_genres`).

    Parameters
    ----------
    answers : sequence of Predictions
        At least one.

    Raises
    ------
    RunError
        Fewer than two genres or no clip in common, or two disagree on the genre of a clip.
    """
    known = [set(each.genres) for each in answers]
    common = set.intersection(*known)
    if len(common) < 2:
        raise RunError(
            f"They have {'no genre' if not common else 'one genre only'} in common; at least two are needed to compare."
        )
    genres = tuple(genre for genre in answers[0].genres if genre in common)
    parts = [each if set(each.genres) == common else restrict_genres(each, genres) for each in answers]
    tables = [part.table.set_index("clip")[["actual", "predicted"]] for part in parts]
    names = tables[0].index
    for table in tables[1:]:
        names = names.intersection(table.index)
    if names.empty:
        raise RunError("They have no test clip in common.")
    names = names.sort_values()
    place_of = {genre: place for place, genre in enumerate(genres)}
    tables = [table.loc[names] for table in tables]
    actual = np.stack([table["actual"].map(place_of).to_numpy(np.intp) for table in tables])
    unlike = (actual != actual[0]).any(axis=0)
    if unlike.any():
        examples = ", ".join(str(name) for name in names[unlike][:_MOST_NAMED])
        raise RunError(
            f"They disagree on the genre of {int(unlike.sum()):,} test clips ({examples}): the collection has changed "
            "between them."
        )
    return SharedClips(
        names=tuple(str(name) for name in names),
        genres=genres,
        actual=actual[0],
        predicted=np.array([table["predicted"].map(place_of) for table in tables], dtype=np.intp),
        n_tested=tuple(len(each.table) for each in answers),
    )


def restrict_genres(predictions: Predictions, genres: Sequence[str]) -> Predictions:
    """The clips of some genres, with the probabilities of these brought to a sum of 1.

    Parameters
    ----------
    predictions : Predictions
    genres : sequence of str
        Among its genres; at least two.

    Raises
    ------
    RunError
        Another genre, or a clip to which none of these genres has a probability.
    """
    kept = list(genres)
    if unknown := [genre for genre in kept if genre not in predictions.genres]:
        raise RunError(f"Expected some of the genres {', '.join(predictions.genres)}; got {', '.join(unknown)}.")
    table = predictions.table[predictions.table["actual"].isin(kept)].reset_index(drop=True)
    values = table[kept].to_numpy(np.float64)
    mass = values.sum(axis=1)
    if (mass < _LEAST_MASS).any():
        clip = table["clip"].iloc[int((mass < _LEAST_MASS).argmax())]
        raise RunError(
            f"Of {clip} all probability is on genres that are left out, so it cannot be said what would be chosen "
            "without them. Compare all genres."
        )
    values = values / mass[:, np.newaxis]
    part = table[["clip", "actual"]].copy()
    part["predicted"] = np.array(kept, dtype=object)[values.argmax(axis=1)]
    part[kept] = values
    return Predictions(part, tuple(kept))
