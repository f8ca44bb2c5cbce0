"""A listener beside models on the very same clips."""

import pandas as pd
import pytest

from core.errors import RunError
from core.evaluation.human.beside import judge_beside
from core.evaluation.metrics import confusion_matrix
from core.evaluation.predictions import Predictions
from core.evaluation.verdict.records import Contender

GENRES = ("a", "b")


def contender(name: str, said: dict[str, str]) -> Contender:
    """One who said a genre of each clip; clips are named by their genre and a number."""
    table = pd.DataFrame({"clip": list(said), "actual": [clip[0] for clip in said], "predicted": list(said.values())})
    for genre in GENRES:
        table[genre] = (table["predicted"] == genre).astype(float)
    predictions = Predictions(table, GENRES)
    return Contender(name=name, matrix=confusion_matrix(predictions), predictions=predictions)


# Of a1, a2, a3, b1, b2 the listener errs on a2 and b1, the model on a2, b2 and on a4, which nobody heard.
LISTENER = contender("Your ear", {"a1": "a", "a2": "b", "a3": "a", "b1": "a", "b2": "b"})
MODEL = contender("CNN", {"a1": "a", "a2": "b", "a3": "a", "a4": "b", "b1": "b", "b2": "a"})


def test_figures_are_of_the_clips_in_common_alone() -> None:
    found = judge_beside(LISTENER, [MODEL])
    assert found.n_answered == found.verdict.n_shared == 5
    assert [result.n_correct for result in found.verdict.on_shared] == [3, 3]
    assert [int(each.matrix.to_numpy().sum()) for each in found.contenders] == [5, 5]
    (agreement,) = found.agreements
    assert (agreement.n_both_wrong, agreement.n_same_mistake) == (1, 1)
    # Both right on a1, a3; both wrong on a2: 3 of 5 alike, by chance 0.6 * 0.6 + 0.4 * 0.4 = 0.52.
    assert agreement.consistency.observed == pytest.approx(0.6)
    assert agreement.consistency.kappa == pytest.approx((0.6 - 0.52) / 0.48)
    # Named alike: a1, a2, a3 of five; by chance, with three a's each: 0.52.
    assert agreement.kappa == pytest.approx((0.6 - 0.52) / 0.48)
    assert "Your ear" in found.verdict.sentence
    assert agreement.sentence.startswith("Your ear and CNN may err independently")


def test_who_answers_alike_agrees_wholly() -> None:
    found = judge_beside(LISTENER, [contender("Twin", {"a1": "a", "a2": "b", "a3": "a", "b1": "a", "b2": "b"})])
    assert found.agreements[0].kappa == found.agreements[0].consistency.kappa == pytest.approx(1.0)


def test_no_clip_in_common_is_refused() -> None:
    with pytest.raises(RunError, match="no test clip in common"):
        judge_beside(LISTENER, [contender("Other", {"a9": "a", "b9": "b"})])
