"""A listener, or the majority of a class, beside models on the very same clips.

Conventions: only clips that the listener answered and all models were tested on count, for each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from core.errors import RunError
from core.evaluation.human.listeners import consistency_of, consistency_sentence
from core.evaluation.metrics import confusion_matrix
from core.evaluation.paired.agreement import ErrorConsistency, cohen_kappa, cross_counts
from core.evaluation.paired.shared import restrict_genres, share_clips
from core.evaluation.predictions import Predictions
from core.evaluation.verdict.judge import judge
from core.evaluation.verdict.records import Contender, Verdict


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How a model's answers go with a listener's.

    Attributes
    ----------
    name : str
        Of the model.
    kappa : float or None
        Cohen's kappa of the genres that the two named: agreement beyond chance, whether right or wrong.
    n_same_mistake : int
        Clips that both took for the same wrong genre.
    n_both_wrong : int
        Clips that both took for a wrong genre.
    consistency : ErrorConsistency
        Whether they err on the same clips.
    sentence : str
    """

    name: str
    kappa: float | None
    n_same_mistake: int
    n_both_wrong: int
    consistency: ErrorConsistency
    sentence: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Beside:
    """A listener and models on the clips in common.

    Attributes
    ----------
    contenders : tuple of Contender
        On these clips alone; the listener first.
    verdict : Verdict
        On these clips.
    agreements : tuple of Agreement
        One a model.
    n_answered : int
        Clips that the listener answered, of which those in common are all or some.
    """

    contenders: tuple[Contender, ...]
    verdict: Verdict
    agreements: tuple[Agreement, ...]
    n_answered: int


def judge_beside(listener: Contender, models: Sequence[Contender], *, seed: int = 0) -> Beside:
    """The listener beside one or more models, each on the clips that all of them judged.

    Parameters
    ----------
    listener : Contender
    models : sequence of Contender
        At least one; all with predictions.
    seed : int
        Of the bootstrap.

    Raises
    ------
    RunError
        No clip in common, or too many models.
    """
    given = [_predictions_of(each) for each in (listener, *models)]
    shared = share_clips(given)
    names = set(shared.names)
    contenders = []
    for contender, predictions in zip((listener, *models), given, strict=True):
        part = _of_clips(predictions, names, shared.genres)
        # Which clips are not independent is known of a run's clips; a listener heard the same.
        grouping = contender.grouping or models[0].grouping
        contenders.append(replace(contender, predictions=part, matrix=confusion_matrix(part), grouping=grouping))
    agreements = []
    heard = shared.predicted[0]
    for model, said in zip(contenders[1:], shared.predicted[1:], strict=True):
        both_wrong = (heard != shared.actual) & (said != shared.actual)
        consistency = consistency_of(_predictions_of(contenders[0]), _predictions_of(model), seed=seed)
        agreements.append(
            Agreement(
                name=model.name,
                kappa=cohen_kappa(cross_counts(heard, said, len(shared.genres))),
                n_same_mistake=int((both_wrong & (heard == said)).sum()),
                n_both_wrong=int(both_wrong.sum()),
                consistency=consistency,
                sentence=consistency_sentence(consistency, listener.name, model.name),
            )
        )
    return Beside(
        contenders=tuple(contenders),
        verdict=judge(contenders, seed=seed),
        agreements=tuple(agreements),
        n_answered=len(given[0].table),
    )


def _predictions_of(contender: Contender) -> Predictions:
    if contender.predictions is None:
        raise RunError(f"Of {contender.name} only the matrix is known, not what was said of each clip.")
    return contender.predictions


def _of_clips(predictions: Predictions, names: set[str], genres: tuple[str, ...]) -> Predictions:
    table: pd.DataFrame = predictions.table
    part = Predictions(table[table["clip"].isin(names)].reset_index(drop=True), predictions.genres)
    return part if set(genres) == set(predictions.genres) else restrict_genres(part, genres)
