"""What several models say of one thing, and what they say together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """What one model says of a song.

    Attributes
    ----------
    name : str
    probabilities : mapping of genre to probability
        All genres that it knows; they sum to 1.
    """

    name: str
    probabilities: Mapping[str, float]

    @property
    def genre(self) -> str:
        """The most probable genre."""
        return max(self.probabilities, key=lambda genre: self.probabilities[genre])

    @property
    def probability(self) -> float:
        """Of that genre."""
        return self.probabilities[self.genre]


def consensus(said: Sequence[Said]) -> tuple[Said, tuple[Said, ...]] | None:
    """The mean of the models that know the same genres, and these models; None where no two of them do.

    Of several groups that know the same genres the largest, and of equal ones the first. A model that does not know a
    genre has said nothing against it, so that models of different genres have no mean.
    """
    groups: dict[frozenset[str], list[Said]] = {}
    for one in said:
        groups.setdefault(frozenset(one.probabilities), []).append(one)
    largest = max(groups.values(), key=len, default=[])
    if len(largest) < 2:
        return None
    mean = {
        genre: sum(one.probabilities[genre] for one in largest) / len(largest) for genre in largest[0].probabilities
    }
    return Said(f"Mean of {len(largest)}", mean), tuple(largest)
