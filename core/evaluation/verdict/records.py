"""What a verdict consists of: plain records."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from core.evaluation.compare import PairedResult
from core.evaluation.paired.agreement import ErrorConsistency
from core.evaluation.paired.information import Information
from core.evaluation.paired.significance import CochranQ
from core.evaluation.predictions import Predictions, TestResult


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What an answerer costs; each None where it is not known.

    Attributes
    ----------
    training_s : float or None
        Wall seconds of the training, on the machine that did it.
    n_parameters : int or None
    prediction_ms : float or None
        Milliseconds for the verdict on one clip.
    """

    training_s: float | None = None
    n_parameters: int | None = None
    prediction_ms: float | None = None

    def ratios(self, other: "Cost") -> dict[str, float]:
        """How many times as much this costs as another, of what is known and not 0 of both."""
        own, others = asdict(self), asdict(other)
        return {name: own[name] / others[name] for name in own if own[name] and others[name]}


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """Which clips are not independent of each other.

    Attributes
    ----------
    of : mapping of clip name to str
        The group of each clip; a clip that is not in it stands for itself.
    word : str
        What clips of a group share, in the singular: ``"artist"``, ``"recording"``.
    """

    of: Mapping[str, str]
    word: str


@dataclass(frozen=True, kw_only=True)
class Contender:
    """Somebody to be judged: a run, a class of listeners, a published result.

    Attributes
    ----------
    name : str
        As it stands in the sentence.
    matrix : DataFrame
        Counts of all that it was tested on, rows actual, columns predicted.
    predictions : Predictions or None
        Clip by clip; None of a published matrix.
    protocol : str
    unit : str
        What was tested, in the singular.
    cost : Cost
    grouping : Grouping or None
        Which of its clips share an artist or a recording; of the clips in common, that of the first contender counts.
    """

    name: str
    matrix: pd.DataFrame
    predictions: Predictions | None = None
    protocol: str = ""
    unit: str = "clip"
    cost: Cost = field(default_factory=Cost)
    grouping: Grouping | None = None


@dataclass(frozen=True, kw_only=True)
class GroupedInterval:
    """A 95 % interval that allows for clips of one artist or recording being alike.

    Attributes
    ----------
    interval : (float, float)
    n_groups : int
        Groups among the clips; a clip that belongs to none counts as one.
    largest : int
        Clips of the largest group.
    word : str
        What clips of a group share.
    """

    interval: tuple[float, float]
    n_groups: int
    largest: int
    word: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one contender did on everything that it was tested on.

    Attributes
    ----------
    name : str
    genres : tuple of str
    result : TestResult
        Accuracy with its Wilson interval, and chance.
    by_group : GroupedInterval or None
        None where no two clips share a group.
    kappa : float or None
        Cohen's kappa against the actual genres: accuracy beyond what guessing in the same proportions reaches.
    information : Information
        What a verdict tells, in bits: comparable where genres differ.
    cost : Cost
    unit : str
    """

    name: str
    genres: tuple[str, ...]
    result: TestResult
    by_group: GroupedInterval | None
    kappa: float | None
    information: Information
    cost: Cost
    unit: str


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two contenders on the same clips, first less second.

    Attributes
    ----------
    first, second : int
        Their places among the standings.
    paired : PairedResult
        Clips that both, only one, none judged rightly; McNemar's exact test.
    interval : (float, float)
        95 % interval of the difference of accuracies.
    method : str
        How that was reached.
    by_group : GroupedInterval or None
        The same by drawing whole groups; None where no two clips share one.
    p_by_group : float or None
        McNemar's test with whole groups in place of clips (`swap_p_value`).
    p_adjusted : float
        The p-value that counts (by groups where there are some), after Holm where there are more pairs than one.
    kappa : float or None
        Cohen's kappa of the two: do they say the same.
    errors : ErrorConsistency
        Do they err on the same clips.
    clips_needed : int or None
        Test clips at which such a difference would be found four times in five; None where there is none.
    clips : mapping of str to tuple of str
        Names of the clips of ``both``, ``only_first``, ``only_second``, ``neither``.
    cost_ratios : mapping of str to float
        How many times as much the first costs.
    """

    first: int
    second: int
    paired: PairedResult
    interval: tuple[float, float]
    method: str
    by_group: GroupedInterval | None
    p_by_group: float | None
    p_adjusted: float
    kappa: float | None
    errors: ErrorConsistency
    clips_needed: int | None
    clips: Mapping[str, tuple[str, ...]]
    cost_ratios: Mapping[str, float]

    @property
    def difference(self) -> float:
        """Accuracy of the first less that of the second, -1 to 1."""
        return self.paired.accuracy_difference


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Two contenders on different clips of the same genres, first less second: a difference that proves less.

    Attributes
    ----------
    first, second : int
    difference : float
    interval : (float, float)
        95 % interval for independent samples (Newcombe).
    """

    first: int
    second: int
    difference: float
    interval: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The verdict on two or more contenders.

    Attributes
    ----------
    standings : tuple of Standing
    reason : str
        Why they cannot be compared clip by clip; empty where they can.
    n_shared : int
        Clips that all were tested on, 0 where they cannot be compared.
    is_all : bool
        Whether these are all clips that each was tested on, with all of its genres.
    genres : tuple of str
        Genres compared on: those that all know.
    on_shared : tuple of TestResult
        Accuracies on the clips in common, in the order of the standings; empty where there are none.
    pairs : tuple of Pair
        Each two of them, in order.
    cochran : CochranQ or None
        Of three or more.
    apart : tuple of Apart
        Where they cannot be compared clip by clip, each two with the same genres.
    sentence : str
        The verdict in words, plain text.
    notes : tuple of str
        What is to be known with it, a sentence each.
    """

    standings: tuple[Standing, ...]
    reason: str
    n_shared: int
    is_all: bool
    genres: tuple[str, ...]
    on_shared: tuple[TestResult, ...]
    pairs: tuple[Pair, ...]
    cochran: CochranQ | None
    apart: tuple[Apart, ...]
    sentence: str = ""
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values = asdict(self)
        for standing, of in zip(values["standings"], self.standings, strict=True):
            standing["result"]["accuracy"] = of.result.accuracy
            standing["information"]["share"] = of.information.share
        for result, of_result in zip(values["on_shared"], self.on_shared, strict=True):
            result["accuracy"] = of_result.accuracy
        for pair, of_pair in zip(values["pairs"], self.pairs, strict=True):
            pair["difference"] = of_pair.difference
        return values
