"""Runs the recipes on the data of a folder, each training a run of the store like any other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.clips.collection import Collection
from core.collections.annotations import exclude_clips
from core.collections.registry import load_collection
from core.errors import CollectionError, RunError
from core.evaluation.calibration import Temperature
from core.evaluation.combine import combine_predictions
from core.evaluation.metrics import evaluate, wilson_interval
from core.evaluation.predictions import TestResult
from core.experiments.aggregate import Spread, spread
from core.experiments.groups import group_label, place_of
from core.extraction.store import open_store
from core.importing.features.register import add_features, import_feature_path
from core.jobs.progress import Progress
from core.queue.launch import train_here
from core.recipe.config import TrainingConfig
from core.reproduction.recipes import (
    COMBINED,
    FEATURES,
    FEATURES_OF_THIRDS,
    FILES,
    SPECTROGRAM,
    SPECTROGRAMS,
    TABLE,
    THIRDS,
    Recipe,
)
from core.runs.record import Run
from core.runs.store import list_runs, load_predictions, load_temperature
from core.runs.tags import GROUP_KIND_TAG, GROUP_LABEL_TAG, GROUP_PLACE_TAG

_TITLE = "GTZAN features"
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
    """One recipe of the table; ``recipe`` is its preset, or several joined by ``+``."""

    recipe: str
    title: str
    n_parameters: int
    by_clip: Figure
    fault_filtered: Figure


def prepare_collection(folder: Path) -> Collection:
    """The collection with all kinds of features, of the clips that have them all.

    Parameters
    ----------
    folder : Path
        Holds ``gtzan_spectrograms.npz``, ``gtzan_features_30_sec.csv`` and ``gtzan_features_10_sec.csv``.

    Raises
    ------
    CollectionError
        A file is missing or damaged.
    """
    further = {FEATURES: TABLE, FEATURES_OF_THIRDS: THIRDS}
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise CollectionError(
            f"{folder} has no {' and no '.join(missing)}. Give the folder that contains {', '.join(FILES)}."
        )
    collection = import_feature_path(folder / SPECTROGRAMS, title=_TITLE)
    for name, front_end in further.items():
        if front_end not in collection.front_ends:
            collection = add_features(collection, folder / name)
    if collection.written or collection.left_out:
        raise CollectionError(
            f"The genres of {collection.title} are mapped to others, so the figures would be of another collection. "
            f"Reset them: python -m core collections --genres {collection.id} --as-written"
        )
    complete = {clip.name for clip in collection.clips}
    for front_end in (SPECTROGRAM, TABLE, THIRDS):
        complete &= {clip.name for clip in open_store(collection, front_end).available(collection.clips)}
    lacking = {clip.name: "not all kinds of features" for clip in collection.clips if clip.name not in complete}
    if lacking:
        exclude_clips(collection.id, lacking, all_names=[clip.name for clip in collection.clips])
    return load_collection(collection.id)


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
        Of `prepare_collection`.
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
    wanted = repr(config)
    for run in reversed(runs):
        same_clips = run.collection_fingerprint == collection.fingerprint
        if run.status == "finished" and same_clips and repr(run.config) == wanted:
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
    return Row(recipe, title, parameters, _figure(folds), _figure(fixed))


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
