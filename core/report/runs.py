"""The report of runs: the verdict, what each reached and cost, their mistakes, their settings and their cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from core.errors import GenreLabError, RunError
from core.evaluation.calibration import calibration_text, measure_calibration, temperature_text
from core.evaluation.caution import caution_text
from core.evaluation.metrics import confusion_matrix, recall_by_genre
from core.evaluation.predictions import Predictions, TestResult
from core.evaluation.verdict.judge import MOST_CONTENDERS
from core.evaluation.verdict.records import Verdict
from core.evaluation.verdict.words import p_text, percent, points, points_interval
from core.report.card import MOST_IN_MATRIX, run_card
from core.report.card_parts import card_parts
from core.report.document import Document, Figure, Heading, Items, Matrix, Part, Section, Table, Text
from core.report.mistakes import MOST_IN_ALL, MOST_OF_A_RUN, audible_mistakes
from core.report.run_figures import accuracy_figure, curves_figure, difference_figure
from core.report.settings import settings_rows
from core.runs.record import Run
from core.runs.results import load_predictions, load_temperature
from core.runs.verdict import distinct_names, judge_runs

MOST_RUNS = 20
_STRONGEST = 15
_DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class _Told:
    """A run with what is told of it."""

    name: str
    run: Run
    result: TestResult
    predictions: Predictions

    @property
    def unit(self) -> str:
        return self.run.config.split.unit


def report_runs(runs: Sequence[Run], *, made_at: float, by: str = "auto", recorded_too: bool = False) -> Document:
    """The report of some finished runs.

    Parameters
    ----------
    runs : sequence of Run
        Each once, at most `MOST_RUNS`.
    made_at : float
        Unix time that stands in the report.
    by : str
        What intervals of the verdict draw whole, see `core.runs.verdict.judge_runs`.
    recorded_too : bool
        Put in the sound of mistakes on recorded music too; of synthetic music it is in it in any case.

    Raises
    ------
    RunError
        No run, too many, one twice or unfinished, or files that cannot be read.
    """
    if not 1 <= len(runs) <= MOST_RUNS:
        raise RunError(f"A report is of 1 to {MOST_RUNS} runs; got {len(runs)}. Choose fewer.")
    ids = [run.id for run in runs]
    if twice := next((run for run in runs if ids.count(run.id) > 1), None):
        raise RunError(f"{twice.label} is named twice. Name each run once.")
    told = []
    for run, name in zip(runs, distinct_names(runs), strict=True):
        if run.status != "finished" or run.result is None:
            raise RunError(f"{run.label} is {run.status}: it has no results. Choose a finished run.")
        told.append(_Told(name, run, run.result, load_predictions(run.id)))
    day = datetime.fromtimestamp(made_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    names = [each.name for each in told]
    title = (
        f"{len(told)} runs" if len(told) > 3 else f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0]
    )
    genres = " and ".join(dict.fromkeys(f"{len(each.run.config.genres)}" for each in told))
    titles = ", ".join(dict.fromkeys(each.run.collection_title for each in told))
    sections = [
        _verdict(told, by),
        _accuracies(told),
        _curves(told),
        _recalls(told),
        _matrices(told),
        _mistakes(told, recorded_too=recorded_too),
        _splits(told),
        _settings(told),
        _versions(told),
        *(_card(each) for each in told),
    ]
    facts = f"{titles}; {genres} genres. Made by Genre Lab, {day}."
    return Document(title, facts, [section for section in sections if section is not None])


def _verdict(told: Sequence[_Told], by: str) -> Section:
    parts: list[Part] = []
    if len(told) == 1:
        return Section("Result", [Text(_alone(told[0]), "answer"), *_cautions(told)])
    if len(told) > MOST_CONTENDERS:
        words = f"A verdict is on at most {MOST_CONTENDERS} runs; these are {len(told)}."
        return Section("Verdict", [Text(words, "warning"), *_cautions(told)])
    verdict = judge_runs([each.run for each in told], by=by)
    parts += [Text(verdict.sentence, "answer"), *(Text(note, "note") for note in verdict.notes)]
    if verdict.pairs:
        caption = "Difference of accuracy in points of each two runs, first less second; lines are 95 % intervals."
        parts += [Figure(difference_figure(verdict), caption), _pairs(verdict)]
    return Section("Verdict", parts)


def _alone(one: _Told) -> str:
    low, high = one.result.interval
    return (
        f"{one.name} is right for {one.result.n_correct:,} of {one.result.n:,} test {one.unit}s: "
        f"{percent(one.result.accuracy)} (95 % interval {100 * low:.0f} to {100 * high:.0f} %; chance "
        f"{percent(one.result.chance)})."
    )


def _cautions(told: Sequence[_Told]) -> list[Part]:
    return [
        Text(f"{each.name}: {caution}", "warning")
        for each in told
        if (caution := caution_text(each.result, unit=each.unit))
    ]


def _pairs(verdict: Verdict) -> Table:
    rows = []
    for pair in verdict.pairs:
        first, second = (verdict.standings[which].name for which in (pair.first, pair.second))
        grouped = "" if pair.by_group is None else points_interval(pair.by_group.interval)
        paired = pair.paired
        rows.append(
            [
                f"{first} against {second}",
                points(pair.difference),
                points_interval(pair.interval),
                grouped or _DASH,
                p_text(paired.p_value),
                p_text(pair.p_adjusted),
                "not defined" if pair.kappa is None else f"{pair.kappa:.2f}",
                f"{paired.n_both:,} / {paired.n_only_a:,} / {paired.n_only_b:,} / {paired.n_neither:,}",
            ]
        )
    word = next((pair.by_group.word for pair in verdict.pairs if pair.by_group is not None), "group")
    unit = verdict.standings[0].unit
    header = [
        "Runs", "Points", "95 % interval", f"By {word}", "McNemar", "After Holm", "Kappa",
        "Both / first / second / none",
    ]  # fmt: skip
    caption = (
        f"Each two runs on the test {unit}s in common: difference in points with its bootstrap interval, exact McNemar "
        f"test, agreement, and how many {unit}s both, only the first, only the second and none of them judge rightly"
    )
    return Table(header, rows, caption)


def _accuracies(told: Sequence[_Told]) -> Section:
    rows = []
    is_measured = any(each.run.prediction_ms is not None for each in told)
    for each in told:
        result, run = each.result, each.run
        low, high = result.interval
        rows.append(
            [
                each.name,
                percent(result.accuracy),
                f"{100 * low:.0f} to {100 * high:.0f} %",
                f"{result.n_correct:,} of {result.n:,}",
                percent(result.chance),
                run.model_kind,
                f"{run.n_parameters:,}" if run.n_parameters else _DASH,
                _DASH if run.training_s is None else _seconds(run.training_s),
                *([_milliseconds(run)] if is_measured else []),
            ]
        )
    header = ["Run", "Accuracy", "95 % interval", "Right", "Chance", "Model", "Parameters", "Training time"]
    header += ["A prediction"] if is_measured else []
    caption = (
        "Test accuracy with its Wilson interval, and what the training cost on the machine that did it; the split of "
        "each is below"
    )
    figure = Figure(
        accuracy_figure({each.name: each.result for each in told}),
        "Test accuracy of each run; lines are 95 % intervals, dashes what always answering the commonest genre scores.",
    )
    trust = [f"{each.name}: {_trust(each)}" for each in told]
    return Section(
        "Accuracy and cost",
        [figure, Table(header, rows, caption), *_cautions(told), Heading("Probabilities"), Items(trust)],
    )


def _seconds(duration_s: float) -> str:
    return f"{duration_s:.1f} s" if duration_s < 100 else f"{duration_s / 60:,.1f} min"


def _milliseconds(run: Run) -> str:
    return _DASH if run.prediction_ms is None else f"{run.prediction_ms:.2f} ms"


def _trust(one: _Told) -> str:
    text = calibration_text(measure_calibration(one.predictions), unit=one.unit)
    temperature = load_temperature(one.run.id)
    return text if temperature is None else f"{text} {temperature_text(temperature)}"


def _curves(told: Sequence[_Told]) -> Section | None:
    places = {each.name: place for place, each in enumerate(told)}
    histories = {each.name: each.run.history for each in told if each.run.has_epochs}
    if not histories:
        return None
    caption = (
        "Accuracy by epoch on the validation set; dashed, on the training set, where there is no validation set. The "
        "test set is used once, after the last epoch."
    )
    return Section("Training", [Figure(curves_figure(histories, places=places), caption)])


def _tested(told: Sequence[_Told]) -> str:
    """What was tested, in the plural: of runs of which some cut their clips, both."""
    units = sorted({each.unit for each in told})
    return "clips or excerpts" if len(units) > 1 else f"{units[0]}s"


def _recalls(told: Sequence[_Told]) -> Section:
    tables = {each.name: recall_by_genre(each.predictions).set_index("genre") for each in told}
    genres = dict.fromkeys(str(genre) for table in tables.values() for genre in table.index)
    rows = [[genre, *(_recall(table, genre) for table in tables.values())] for genre in genres]
    caption = f"Share of each genre's test {_tested(told)} that are judged rightly, with its 95 % interval and counts"
    return Section("Recall by genre", [Table(["Genre", *tables], rows, caption)])


def _recall(table: pd.DataFrame, genre: str) -> str:
    if genre not in table.index:
        return "not its genre"
    row = table.loc[genre]
    if not row["n"]:
        return "not tested"
    interval = f"{100 * row['low']:.0f} to {100 * row['high']:.0f} %"
    return f"{100 * row['recall']:.0f} % ({interval}; {row['n_correct']:,.0f} of {row['n']:,.0f})"


def _matrices(told: Sequence[_Told]) -> Section:
    parts: list[Part] = []
    for each in told:
        matrix = confusion_matrix(each.predictions)
        if len(matrix) <= MOST_IN_MATRIX:
            parts.append(Matrix(list(matrix.columns), matrix.to_numpy().tolist(), each.name))
        else:
            parts.append(_strongest(each.name, matrix))
    if any(isinstance(part, Matrix) for part in parts):
        words = (
            f"Counts of test {_tested(told)}: rows actual, columns predicted. The deeper, the larger the share of the "
            "row."
        )
        parts.insert(0, Text(words, "note"))
    return Section("Confusion matrices", parts)


def _strongest(name: str, matrix: pd.DataFrame) -> Table:
    """The commonest confusions, where a matrix would not fit a page."""
    pairs = [
        (int(count), str(actual), str(predicted), int(counts.sum()))
        for actual, counts in matrix.iterrows()
        for predicted, count in counts.items()
        if actual != predicted and count
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    rows = [[actual, predicted, f"{count:,}", f"{n:,}"] for count, actual, predicted, n in pairs[:_STRONGEST]]
    caption = f"{name}: the {len(rows)} commonest confusions of {len(matrix)} genres"
    return Table(["Actual", "Taken for", "Clips", "Of"], rows, caption)


def _mistakes(told: Sequence[_Told], *, recorded_too: bool) -> Section:
    parts: list[Part] = []
    most = max(1, min(MOST_OF_A_RUN, MOST_IN_ALL // len(told)))
    for each in told:
        found = audible_mistakes(each.run, recorded_too=recorded_too, most=most)
        parts.append(Heading(each.name))
        if found.sounds:
            of = f"{found.n:,} mistake{'' if found.n == 1 else 's'}"
            parts.append(Text(f"The {len(found.sounds)} most certain of its {of} that can be heard, in part.", "note"))
        parts += found.sounds
        if found.why_none:
            parts.append(Text(f"{f'{found.n:,} mistakes. ' if found.n else ''}{found.why_none}", "note"))
    return Section("Mistakes to listen to", parts)


def _splits(told: Sequence[_Told]) -> Section:
    rows = []
    for each in told:
        sizes = each.run.split_sizes
        counts = [f"{sizes[part]:,}" if part in sizes else _DASH for part in ("train", "validation", "test")]
        rows.append([each.name, each.result.protocol, *counts])
    caption = "How the clips were divided, and how many were learnt from, looked at and tested"
    parts: list[Part] = [Table(["Run", "Split", "Training", "Validation", "Test"], rows, caption)]
    wrong = [each.name for each in told if each.run.config.split.rules.is_wrong]
    if wrong:
        parts.append(
            Text(
                f"{', '.join(wrong)}: parts of one clip were on both sides, so that the accuracy is too high.",
                "warning",
            )
        )
    return Section("Split", parts)


def _settings(told: Sequence[_Told]) -> Section:
    differing, same = settings_rows([each.run.config for each in told])
    parts: list[Part] = []
    if len(told) > 1:
        if differing:
            parts.append(Table(["Setting", *(each.name for each in told)], differing, "Settings that differ"))
        else:
            parts.append(Text("All settings are the same."))
    parts.append(Table(["Setting", "Value"], same, "Settings in common" if len(told) > 1 else "All settings"))
    return Section("Settings", parts)


def _versions(told: Sequence[_Told]) -> Section | None:
    names = dict.fromkeys(name for each in told for name in each.run.versions)
    if not names:
        return None
    rows = [[name, *(each.run.versions.get(name, _DASH) for each in told)] for name in names]
    return Section(
        "Versions", [Table(["", *(each.name for each in told)], rows, "Libraries that each was trained with")]
    )


def _card(one: _Told) -> Section:
    try:
        parts = card_parts(run_card(one.run))
    except GenreLabError as error:
        parts = [Text(str(error), "warning")]
    return Section(f"Model card: {one.name}", parts)
