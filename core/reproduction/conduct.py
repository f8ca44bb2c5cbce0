"""Runs the recipes on the data of a folder, each training a run of the store like any other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core.clips.collection import Collection
from core.errors import RunError
from core.evaluation.calibration import Temperature
from core.evaluation.combine import combine_predictions
from core.evaluation.metrics import evaluate, wilson_interval
from core.evaluation.predictions import TestResult
from core.experiments.aggregate import Spread, spread
from core.experiments.groups import group_label, place_of
from core.jobs.progress import Progress
from core.queue.launch import train_here
from core.recipe.config import TrainingConfig
from core.reproduction.recipes import COMBINED, Recipe
from core.reproduction.whole_clips import judge_strangers, judge_whole_clips
from core.runs.record import Run
from core.runs.results import load_predictions, load_temperature
from core.runs.store import get_run, list_runs
from core.runs.tags import GROUP_KIND_TAG, GROUP_LABEL_TAG, GROUP_PLACE_TAG

_HELD_OUT = "clips of the validation set, in a training of the same recipe without them"


@dataclass(frozen=True)
class Figure:
    """One cell of the table: a recipe under one protocol.

    Attributes
    ----------
    result : TestResult
        All test clips together.
    folds : Spread or None
        Over the folds, where there are several.
    runs : tuple of str
        Ids of the runs behind it.
    training_s : float
        Of all of them.
    """

    result: TestResult
    folds: Spread | None
    runs: tuple[str, ...]
    training_s: float


@dataclass(frozen=True)
class Row:
    """One recipe of the table.

    Attributes
    ----------
    recipe : str
        Its preset, or several joined by ``+``.
    title : str
    n_parameters : int
    by_clip : Figure
    fault_filtered : Figure or None
        None for a collection so small that few clips of the partition are in it.
    whole_clips, strangers : TestResult or None
        Of a recipe learnt from cuts: see `core.reproduction.whole_clips`.
    """

    recipe: str
    title: str
    n_parameters: int
    by_clip: Figure
    fault_filtered: Figure | None
    whole_clips: TestResult | None = None
    strangers: TestResult | None = None


def reproduce(
    collection: Collection,
    recipes: Sequence[Recipe],
    *,
    on_run: Callable[[str, int, int], None] = lambda title, done, total: None,
    on_update: Callable[[Progress], None] | None = None,
) -> list[Row]:
    """Train every recipe under every protocol; runs that are finished already are not trained again.

    Parameters
    ----------
    collection : Collection
        Of `core.reproduction.sources.PREPARE`.
    recipes : sequence of Recipe
    on_run : callable
        Called before each training with its title, the trainings done, and their number.
    on_update : callable, optional
        Given the progress within a training.
    """
    plan = [(recipe, config) for recipe in recipes for config in recipe.configs(collection)]
    known = list_runs()
    runs: dict[str, list[Run]] = {recipe.preset: [] for recipe in recipes}
    for done, (recipe, config) in enumerate(plan):
        on_run(f"{recipe.title}, {config.split.title.lower()}", done, len(plan))
        runs[recipe.preset].append(_find(config, collection, known) or _train(config, recipe, on_update))
    rows = [_row(recipe.preset, recipe.title, [[run] for run in runs[recipe.preset]]) for recipe in recipes]
    if all(name in runs for name in COMBINED):
        pairs = [list(pair) for pair in zip(*(runs[name] for name in COMBINED), strict=True)]
        combined = [recipe for recipe in recipes if recipe.preset in COMBINED]
        titles = " and ".join(recipe.title for recipe in combined)
        rows.append(_row("+".join(sorted(COMBINED, reverse=True)), f"{titles}, predictions combined", pairs))
    return rows


def judge_whole(
    row: Row, cuts: Collection, whole: Collection, *, on_update: Callable[[Progress], None] | None = None
) -> Row:
    """A row with what its recipe, learnt from cuts, says of whole clips."""
    assert row.fault_filtered is not None
    run = get_run(row.fault_filtered.runs[0])

    def on_clip(done: int, total: int) -> None:
        if on_update is not None:
            on_update(Progress(phase=f"{row.title} on whole clips", done=done, total=total))

    judged = judge_whole_clips(run, cuts, whole, on_clip=on_clip)
    return replace(row, whole_clips=judged, strangers=judge_strangers(run, cuts, whole))


def fit_held_out_temperature(
    collection: Collection, recipe: Recipe, *, on_update: Callable[[Progress], None] | None = None
) -> Temperature:
    """The temperature for a recipe's fault-filtered run, whose training left no clips to fit one on.

    It is that of a training by the same recipe without the validation part, which is trained where there is none yet.
    """
    config = recipe.calibration_config(collection)
    run = _find(config, collection, list_runs()) or _train(config, recipe, on_update)
    temperature = load_temperature(run.id)
    if temperature is None:
        raise RunError(f"Run {run.id[:6]} has no temperature: it was trained by an older version. Delete it.")
    return replace(temperature, fitted_on=_HELD_OUT)


def _find(config: TrainingConfig, collection: Collection, runs: Sequence[Run]) -> Run | None:
    """The oldest finished run by a configuration on these clips; ``runs`` are newest first."""
    wanted = repr(replace(config, name="-"))  # whatever the run is called
    for run in reversed(runs):
        same_clips = run.collection_fingerprint == collection.fingerprint
        if run.status == "finished" and same_clips and repr(replace(run.config, name="-")) == wanted:
            return run
    return None


def _train(config: TrainingConfig, recipe: Recipe, on_update: Callable[[Progress], None] | None) -> Run:
    folds = config.split.n_folds is not None
    tags = {
        GROUP_KIND_TAG: "folds",
        GROUP_LABEL_TAG: group_label(config, "folds", 1),
        GROUP_PLACE_TAG: place_of(config, "folds"),
    }
    group = f"reproduction-{recipe.preset}" if folds else ""
    run = train_here(config, on_update=on_update, group=group, tags=tags if folds else {})
    if run.status != "finished":
        raise RunError(f"{recipe.title} was {run.status}: {run.error or 'no reason given'}")
    return run


def _row(recipe: str, title: str, runs: Sequence[Sequence[Run]]) -> Row:
    """A row from the runs of each division; where there are several, their verdicts are combined."""
    folds = [division for division in runs if division[0].config.split.n_folds is not None]
    fixed = [division for division in runs if division[0].config.split.n_folds is None]
    parameters = sum(run.n_parameters for run in runs[0])
    return Row(recipe, title, parameters, _figure(folds), _figure(fixed) if fixed else None)


def _figure(divisions: Iterable[Sequence[Run]]) -> Figure:
    results, ids, training_s = [], [], 0.0
    for division in divisions:
        combined = combine_predictions([load_predictions(run.id) for run in division])
        assert division[0].result is not None
        results.append(evaluate(combined, protocol=division[0].result.protocol))
        ids += [run.id for run in division]
        training_s += sum(run.training_s or 0.0 for run in division)
    if len(results) == 1:
        return Figure(results[0], None, tuple(ids), training_s)
    return Figure(_pooled(results), spread([result.accuracy for result in results]), tuple(ids), training_s)


def _pooled(results: Sequence[TestResult]) -> TestResult:
    n_correct, n = sum(result.n_correct for result in results), sum(result.n for result in results)
    return TestResult(
        n_correct=n_correct,
        n=n,
        interval=wilson_interval(n_correct, n),
        chance=sum(result.chance * result.n for result in results) / n,
        protocol=f"by clip, {len(results)} folds, each clip tested once",
    )
