"""The quiz: its clips, a listener's file, and a class laid together."""

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import NewerVersionError, RunError
from core.evaluation.human.listeners import (
    class_consistency,
    consistency_of,
    consistency_sentence,
    merge_answers,
    predictions_of,
)
from core.evaluation.human.quiz import Answer, Quiz, QuizAnswers, begin, choose_quiz, read_answers
from core.evaluation.metrics import confusion_matrix, validate_predictions
from core.evaluation.verdict.judge import judge
from core.evaluation.verdict.records import Contender
from tests.core.evaluation.test_metrics import make_predictions

GENRES = ("a", "b", "c")
TRUTH = {f"c{number}": GENRES[number % 3] for number in range(60)}


def listener(name: str, said: str, *, quiz: Quiz | None = None) -> QuizAnswers:
    """Answers to the first clips, a letter each."""
    asked = quiz or Quiz(clips=tuple(TRUTH)[:20], genres=GENRES, listen_s=5.0, seed=0)
    given = tuple(Answer(clip=clip, genre=genre, n_plays=1) for clip, genre in zip(asked.clips, said, strict=False))
    return QuizAnswers(quiz=asked, listener=name, answers=given)


@settings(max_examples=20)
@given(st.integers(10, 50), st.integers(0, 99))
def test_clips_are_balanced_drawn_once_and_the_same_for_a_seed(n: int, seed: int) -> None:
    quiz = choose_quiz(TRUTH, GENRES, n=n, seed=seed, listen_s=10.0)
    assert len(set(quiz.clips)) == len(quiz.clips) == n
    counts = Counter(TRUTH[clip] for clip in quiz.clips)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert choose_quiz(dict(reversed(TRUTH.items())), GENRES, n=n, seed=seed, listen_s=10.0) == quiz
    assert choose_quiz(TRUTH, GENRES, n=n, seed=seed + 1).clips != quiz.clips


def test_small_genres_give_all_that_they_have() -> None:
    few = {"x": "b"} | {f"a{number}": "a" for number in range(30)}
    quiz = choose_quiz(few, GENRES, n=12, seed=0)
    assert Counter(few[clip] for clip in quiz.clips) == {"a": 11, "b": 1}
    assert quiz.genres == GENRES  # also those of which no clip is asked


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"n": 9}, "10 to 50 clips in a quiz, got 9"),
        ({"n": 51}, "got 51"),
        ({"listen_s": 7.0}, "5 or 10 s of each clip or the whole, got 7 s"),
        ({"seed": -1}, "seed of 0 or more"),
        ({"truth": {"x": "a", "y": "b"}}, "There are 2 test clips that can be heard, fewer than the 10"),
        ({"truth": {"x": "a"}}, "clips of at least two genres"),
    ],
)
def test_quizzes_that_cannot_be_are_refused(changes: dict[str, Any], said: str) -> None:
    given = {"truth": TRUTH, "genres": GENRES, "n": 10, "seed": 0} | changes
    with pytest.raises(RunError, match=said):
        choose_quiz(given.pop("truth"), given.pop("genres"), **given)


def test_a_listener_goes_through_it_and_takes_the_file_away() -> None:
    quiz = choose_quiz(TRUTH, GENRES, n=10, seed=3)
    answers = begin(quiz)
    assert answers.next_clip == quiz.clips[0]
    for _ in quiz.clips:
        answers = answers.answered("b", n_plays=2)
        assert read_answers(answers.to_json().encode(), "me.json") == answers  # resumable at each clip
    assert answers.next_clip is None
    with pytest.raises(RunError, match="All clips"):
        answers.answered("b", n_plays=1)
    with pytest.raises(RunError, match="got 'z'"):
        begin(quiz).answered("z", n_plays=1)
    with pytest.raises(RunError, match="Listen to the clip"):
        begin(quiz).answered("a", n_plays=0)
    assert begin(quiz).listener != begin(quiz).listener
    # The file does not say which genre a clip has.
    assert "actual" not in answers.to_json()
    other = choose_quiz(TRUTH, GENRES, n=10, seed=3, listen_s=5.0)
    assert other.id != quiz.id


def changed(**changes: Any) -> bytes:
    values = json.loads(listener("me", "abc").to_json())
    for path, value in changes.items():
        *parents, last = path.split("__")
        part = values
        for parent in parents:
            part = part[int(parent) if parent.isdigit() else parent]
        part[int(last) if last.isdigit() else last] = value
    return json.dumps(values).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "holds no answers"),
        (b" " * 1_000_001, "1,000,001 bytes"),
        (changed(kind="x"), "holds no answers"),
        (changed(version="1"), "expected version 1, got '1'"),
        (changed(quiz=None), "expected an object under 'quiz'"),
        (changed(answers={}), "expected a list under 'answers'"),
        (changed(quiz__clips=["c0"]), "was changed"),
        (changed(quiz__clips=[]), "1 to 50 different clips in the quiz, got 0"),
        (changed(quiz__clips=["c0", "c0"]), "different clips"),
        (changed(quiz__clips=[1]), "expected a text"),
        (changed(quiz__genres=["a"]), "2 to 200 different genres in the quiz, got 1"),
        (changed(quiz__listen_s=7), "5, 10 or null seconds"),
        (changed(quiz__listen_s=[5]), "5, 10 or null seconds"),
        (changed(quiz__seed=-1), "seed of 0 or more"),
        (changed(listener=""), "listener: expected a text"),
        (changed(answers__0=3), "each answer to be a JSON object, got int"),
        (changed(answers__0__clip="c99"), "answers 'c99', which its quiz does not ask"),
        (changed(answers__0__genre="z"), "answers 'z'; expected one of a, b, c"),
        (changed(answers__0__n_plays=True), "expected 1 to 1,000 plays of c0"),
        (changed(answers__1__clip="c0"), "answers a clip twice"),
    ],
)
def test_files_that_are_none_are_told_why(content: bytes, said: str) -> None:
    with pytest.raises(RunError, match=said):
        read_answers(content, "me.json")


def test_a_newer_file_is_told_apart_from_a_damaged_one() -> None:
    with pytest.raises(NewerVersionError, match="newer Genre Lab"):
        read_answers(changed(version=2), "me.json")


def test_a_class_is_laid_together_by_hand() -> None:
    files = {"x.json": listener("x", "abc"), "y.json": listener("y", "aba"), "z.json": listener("z", "bb")}
    found = merge_answers(files, TRUTH, GENRES)
    assert (found.n_listeners, found.n_answers, found.n_clips, found.n_tied) == (3, 8, 3, 1)
    assert found.matrix.to_numpy().tolist() == [[2, 1, 0], [0, 3, 0], [1, 0, 1]]
    table = found.predictions.table.set_index("clip")
    assert table.loc["c0", ["a", "b", "c"]].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert table["predicted"].tolist()[:2] == ["a", "b"]
    assert table.loc["c2", "predicted"] in ("a", "c")
    validate_predictions(found.predictions)
    assert found.contender.name == "Majority of 3 listeners"
    again = merge_answers(dict(reversed(files.items())), TRUTH, ("c", "b", "a"))
    assert again.predictions.table.set_index("clip")["predicted"].equals(table["predicted"])


def test_ties_favour_no_genre() -> None:
    truth = {f"clip {number}": "a" for number in range(50)}
    quiz = Quiz(clips=tuple(truth), genres=("a", "b"), listen_s=None, seed=0)
    files = {name: listener(name, said * 50, quiz=quiz) for name, said in (("x", "a"), ("y", "b"))}
    found = merge_answers(files, truth, ("a", "b"))
    assert found.n_tied == 50
    assert 12 <= (found.predictions.table["predicted"] == "a").sum() <= 38


def test_files_that_do_not_go_together_are_refused() -> None:
    one = listener("x", "abc")
    with pytest.raises(RunError, match=r"x.json and y.json are answers of one listener"):
        merge_answers({"x.json": one, "y.json": one}, TRUTH, GENRES)
    with pytest.raises(RunError, match="chose among a, b, c; expected a, b"):
        merge_answers({"x.json": one}, TRUTH, ("a", "b"))
    with pytest.raises(RunError, match="answers c0, which is no test clip"):
        merge_answers({"x.json": one}, {"c1": "b"}, GENRES)
    with pytest.raises(RunError, match="hold no answer yet"):
        merge_answers({"x.json": listener("x", "")}, TRUTH, GENRES)
    with pytest.raises(RunError, match="got 0"):
        merge_answers({}, TRUTH, GENRES)


def run_of(said: str) -> Any:
    clips = tuple(TRUTH)[: len(said)]
    return make_predictions([TRUTH[clip] for clip in clips], list(said), GENRES)


def test_a_listener_is_judged_beside_a_run_on_the_very_same_clips() -> None:
    answers = listener("me", "abcabcabcabbaaabbbac")
    mine = predictions_of(answers, TRUTH, GENRES)
    run = run_of("abc" * 20)
    verdict = judge(
        [
            Contender(name="You", matrix=confusion_matrix(mine), predictions=mine),
            Contender(name="Run", matrix=confusion_matrix(run), predictions=run),
        ]
    )
    assert verdict.n_shared == 20
    assert verdict.on_shared[1].accuracy == 1.0
    assert verdict.pairs[0].paired.n_only_b == 20 - verdict.on_shared[0].n_correct


def test_error_consistency_of_a_class_is_the_mean_over_its_listeners() -> None:
    rng = np.random.default_rng(0)
    said = [
        "".join(rng.choice(list("abc")) if rng.random() < 0.5 else TRUTH[f"c{place}"] for place in range(20))
        for _ in range(4)
    ]
    listeners = [predictions_of(listener(f"l{number}", each), TRUTH, GENRES) for number, each in enumerate(said)]
    run = run_of(said[0] + "abc" * 10)
    found = class_consistency(listeners, run)
    kappas = [consistency_of(each, run).kappa for each in listeners]
    assert kappas[0] == pytest.approx(1.0)
    assert found.with_run == pytest.approx(np.mean(kappas))
    pairs = [consistency_of(a, b).kappa for place, a in enumerate(listeners) for b in listeners[place + 1 :]]
    assert found.among_listeners == pytest.approx(np.mean(pairs))
    assert (found.n_with_run, found.n_pairs) == (4, 6)
    right = predictions_of(listener("r", "abc" * 6 + "ab"), TRUTH, GENRES)
    none = class_consistency([right], run)
    assert (none.with_run, none.n_with_run, none.among_listeners) == (None, 0, None)


def test_consistency_is_said_with_what_the_clips_allow() -> None:
    mixed = run_of("abc" * 10 + "bca" * 10)
    assert "err on the same clips more often" in consistency_sentence(consistency_of(mixed, mixed), "You", "the run")
    few = consistency_of(run_of("abca"), run_of("abcb"))
    assert "cannot be said of these 4" in consistency_sentence(few, "You", "the run")
    # Right together on four, wrong together on two, each alone on two.
    unsure = consistency_of(run_of("abca" + "ca" + "ab" + "ab"), run_of("abca" + "bc" + "bc" + "ab"))
    assert "these clips do not tell" in consistency_sentence(unsure, "You", "the run")
