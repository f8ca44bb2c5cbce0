"""Listeners' answers as predictions: of one listener, and of a class, beside those of runs.

Conventions: the "probability" of a genre is the share of the listeners who said it, so that what is counted for runs
can be counted for a class. Where several genres got as many votes, the clip's verdict is drawn among them by a hash of
their names: the same answers give the same verdict, and no genre is favoured.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from core.errors import RunError
from core.evaluation.human.quiz import QuizAnswers
from core.evaluation.metrics import confusion_matrix
from core.evaluation.paired.agreement import ErrorConsistency, cohen_kappa, cross_counts, error_consistency
from core.evaluation.paired.shared import share_clips
from core.evaluation.predictions import Predictions
from core.evaluation.verdict.records import Contender

_MOST_LISTENERS = 1_000


@dataclass(frozen=True, eq=False)
class ClassAnswers:
    """The answers of several listeners laid together.

    Attributes
    ----------
    matrix : DataFrame
        All answers, rows actual, columns answered: a clip that ten heard counts ten times.
    predictions : Predictions
        By clip: shares of the votes, and what most said.
    n_listeners, n_answers, n_clips : int
    n_tied : int
        Clips of which several genres got as many votes.
    """

    matrix: pd.DataFrame
    predictions: Predictions
    n_listeners: int
    n_answers: int
    n_clips: int
    n_tied: int

    @property
    def contender(self) -> Contender:
        """The class as one to be judged beside runs: by what most of it said of each clip."""
        name = "One listener" if self.n_listeners == 1 else f"Majority of {self.n_listeners} listeners"
        return Contender(
            name=name, matrix=confusion_matrix(self.predictions), predictions=self.predictions, protocol="by ear"
        )


def merge_answers(files: Mapping[str, QuizAnswers], truth: Mapping[str, str], genres: Sequence[str]) -> ClassAnswers:
    """Lay listeners' answers together; they may have heard different quizzes on the same test clips.

    Parameters
    ----------
    files : mapping of str to QuizAnswers
        By the name of the file, for messages.
    truth : mapping of clip name to genre
        Of the run whose test clips were heard.
    genres : sequence of str
        Of that run.

    Raises
    ------
    RunError
        No answer, other clips or genres than those of the run, or one listener's file twice.
    """
    if not 1 <= len(files) <= _MOST_LISTENERS:
        raise RunError(f"Expected the files of 1 to {_MOST_LISTENERS:,} listeners, got {len(files)}.")
    seen: dict[tuple[str, str], str] = {}
    for name, each in files.items():
        key = (each.listener, each.quiz.id)
        if key in seen:
            raise RunError(f"{seen[key]} and {name} are answers of one listener to one quiz. Leave one of them out.")
        seen[key] = name
        if set(each.quiz.genres) != set(genres):
            raise RunError(
                f"{name} chose among {', '.join(each.quiz.genres)}; expected {', '.join(genres)}, as the run."
            )
        if unknown := [answer.clip for answer in each.answers if answer.clip not in truth]:
            raise RunError(
                f"{name} answers {unknown[0]}, which is no test clip of the run. Choose the run that it was of."
            )
    votes: dict[str, Counter[str]] = {}
    for each in files.values():
        for answer in each.answers:
            votes.setdefault(answer.clip, Counter())[answer.genre] += 1
    if not votes:
        raise RunError("These files hold no answer yet. Answer at least one clip.")
    ordered = tuple(genres)
    place_of = {genre: place for place, genre in enumerate(ordered)}
    clips = sorted(votes)
    counts = np.zeros((len(clips), len(ordered)))
    for row, clip in enumerate(clips):
        for genre, n in votes[clip].items():
            counts[row, place_of[genre]] = n
    most = counts == counts.max(axis=1, keepdims=True)
    said = [
        min((ordered[place] for place in np.flatnonzero(row)), key=partial(_draw, clip))
        for clip, row in zip(clips, most, strict=True)
    ]
    table = pd.DataFrame({"clip": clips, "actual": [truth[clip] for clip in clips], "predicted": said})
    table[list(ordered)] = counts / counts.sum(axis=1, keepdims=True)
    summed = np.zeros((len(ordered), len(ordered)), dtype=np.int64)
    np.add.at(summed, [place_of[truth[clip]] for clip in clips], counts.astype(np.int64))
    return ClassAnswers(
        matrix=pd.DataFrame(
            summed, index=pd.Index(ordered, name="actual"), columns=pd.Index(ordered, name="predicted")
        ),
        predictions=Predictions(table, ordered),
        n_listeners=len({each.listener for each in files.values()}),
        n_answers=int(counts.sum()),
        n_clips=len(clips),
        n_tied=int((most.sum(axis=1) > 1).sum()),
    )


def _draw(clip: str, genre: str) -> bytes:
    return hashlib.sha256(f"{clip}\0{genre}".encode("utf-8", "surrogatepass")).digest()


def predictions_of(answers: QuizAnswers, truth: Mapping[str, str], genres: Sequence[str]) -> Predictions:
    """One listener's answers as predictions; `RunError` as `merge_answers`."""
    return merge_answers({"The quiz": answers}, truth, genres).predictions


def consistency_of(first: Predictions, second: Predictions, *, seed: int = 0) -> ErrorConsistency:
    """Error consistency of two answerers on the clips in common; `RunError` where there are none."""
    shared = share_clips([first, second])
    return error_consistency(shared.correct[0], shared.correct[1], seed=seed)


@dataclass(frozen=True, kw_only=True)
class ClassConsistency:
    """Whether a run errs on the clips on which listeners err, held against how listeners agree among themselves.

    Attributes
    ----------
    with_run : float or None
        Mean kappa of each listener with the run (Geirhos et al. 2020); None where none is defined.
    n_with_run : int
        Listeners with a kappa: those who were not right or wrong everywhere.
    among_listeners : float or None
        Mean kappa over pairs of listeners who heard clips in common.
    n_pairs : int
    """

    with_run: float | None
    n_with_run: int
    among_listeners: float | None
    n_pairs: int


def class_consistency(listeners: Sequence[Predictions], run: Predictions) -> ClassConsistency:
    """Error consistency of a class with a run, and within the class.

    Parameters
    ----------
    listeners : sequence of Predictions
        One each; at least one.
    run : Predictions
    """
    right = [_right_by_clip(each) for each in listeners]
    of_run = _right_by_clip(run)
    with_run = [kappa for each in right if (kappa := _kappa(each, of_run)) is not None]
    among = [kappa for a, b in combinations(right, 2) if (kappa := _kappa(a, b)) is not None]
    return ClassConsistency(
        with_run=float(np.mean(with_run)) if with_run else None,
        n_with_run=len(with_run),
        among_listeners=float(np.mean(among)) if among else None,
        n_pairs=len(among),
    )


def _right_by_clip(predictions: Predictions) -> dict[str, bool]:
    table = predictions.table
    return dict(zip(table["clip"], (table["actual"] == table["predicted"]).tolist(), strict=True))


def _kappa(first: Mapping[str, bool], second: Mapping[str, bool]) -> float | None:
    clips = first.keys() & second.keys()
    if not clips:
        return None
    a, b = (np.array([each[clip] for clip in sorted(clips)], dtype=np.intp) for each in (first, second))
    counts = cross_counts(a, b, 2)
    is_varied = (counts.sum(axis=0) > 0).all() and (counts.sum(axis=1) > 0).all()
    return cohen_kappa(counts) if is_varied else None


def consistency_sentence(found: ErrorConsistency, first: str, second: str) -> str:
    """Whether two err on the same clips, in words; it says when the clips do not suffice."""
    if found.kappa is None or found.interval is None:
        return (
            f"Whether {first} and {second} err on the same clips cannot be said of these {found.n}: one of them is "
            "right, or wrong, on all."
        )
    low, high = found.interval
    figures = f"error consistency {found.kappa:.2f}, 95 % interval {low:.2f} to {high:.2f}, {found.n:,} clips".replace(
        "-", "\N{MINUS SIGN}"
    )
    if low > 0:
        verdict = "err on the same clips more often than their accuracies explain"
    elif high < 0:
        verdict = "err on different clips more often than their accuracies explain"
    else:
        verdict = "may err independently of each other: these clips do not tell"
    return f"{first} and {second} {verdict} ({figures})."
