"""A class of listeners as one to be judged beside runs, from the files of their quiz."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.collections.registry import load_collection
from core.errors import CollectionError, RunError
from core.evaluation.human.listeners import ClassAnswers, merge_answers
from core.evaluation.human.quiz import QuizAnswers
from core.evaluation.verdict.records import Contender
from core.runs.record import Run
from core.runs.results import load_predictions
from core.runs.verdict import grouping_of


def class_contender(files: Mapping[str, QuizAnswers], runs: Sequence[Run]) -> Contender:
    """The majority of a class, on clips that one of these runs was tested on, or else of its collection.

    Parameters
    ----------
    files : mapping of str to QuizAnswers
        By the name of the file, for messages.
    runs : sequence of Run
        Finished ones, at least one: the first that fits tells what is right, and which clips share an artist.

    Raises
    ------
    RunError
        They answered clips that none of these runs knows, or as `core.evaluation.human.listeners.merge_answers`.
    """
    if not runs:
        raise RunError("Answers are judged beside a run that was tested on the same clips. Name that run too.")
    first_error: RunError | None = None
    for run in runs:
        for merge in (_merged_on_tests, _merged_on_collection):
            try:
                answers = merge(files, run)
            except CollectionError:
                continue
            except RunError as error:
                # Of what is wrong with them on test clips: the quiz was most likely made of these.
                first_error = first_error or error
                continue
            return replace(answers.contender, grouping=grouping_of(run, answers.predictions))
    assert first_error is not None
    raise first_error


def _merged_on_tests(files: Mapping[str, QuizAnswers], run: Run) -> ClassAnswers:
    table = load_predictions(run.id).table
    return merge_answers(files, dict(zip(table["clip"], table["actual"], strict=True)), run.config.genres)


def _merged_on_collection(files: Mapping[str, QuizAnswers], run: Run) -> ClassAnswers:
    collection = load_collection(run.config.collection_id, corrected=run.config.corrected_labels)
    return merge_answers(files, {clip.name: clip.genre for clip in collection.clips}, collection.genres)
