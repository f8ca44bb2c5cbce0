"""Runs the recipes on the data of a folder, each training a run of the store like any other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.clips.collection import Collection
from core.collections.annotations import exclude_clips
from core.collections.registry import load_collection
from core.errors import CollectionError, RunError
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
from core.reproduction.recipes import COMBINED, SPECTROGRAM, TABLE, THIRDS, Recipe
from core.runs.record import Run
from core.runs.store import list_runs, load_predictions
from core.runs.tags import GROUP_KIND_TAG, GROUP_LABEL_TAG, GROUP_PLACE_TAG

SPECTROGRAMS = "gtzan_spectrograms.npz"
FEATURES, FEATURES_OF_THIRDS = "gtzan_features_30_sec.csv", "gtzan_features_10_sec.csv"
_TITLE = "GTZAN features"


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
    """One recipe of the table."""

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
    if missing := [name for name in (SPECTROGRAMS, *further) if not (folder / name).is_file()]:
        wanted = ", ".join((SPECTROGRAMS, *further))
        raise CollectionError(f"{folder} has no {missing[0]}. Give the folder that contains {wanted}.")
    collection = import_feature_path(folder / SPECTROGRAMS, title=_TITLE)
    for name, front_end in further.items():
        if front_end not in collection.front_ends:
            collection = add_features(collection, folder / name)
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
    finished = {repr(run.config): run for run in reversed(list_runs()) if run.status == "finished"}
    runs: dict[str, list[Run]] = {recipe.preset: [] for recipe in recipes}
    for done, (recipe, config) in enumerate(plan):
        on_run(f"{recipe.title}, {config.split.title.lower()}", done, len(plan))
        known = finished.get(repr(config))
        same_clips = known is not None and known.collection_fingerprint == collection.fingerprint
        run = known if known is not None and same_clips else _train(config, recipe, on_update)
        runs[recipe.preset].append(run)
    rows = [_row(recipe.title, [[run] for run in runs[recipe.preset]]) for recipe in recipes]
    if all(name in runs for name in COMBINED):
        pairs = [list(pair) for pair in zip(*(runs[name] for name in COMBINED), strict=True)]
        titles = " and ".join(recipe.title for recipe in recipes if recipe.preset in COMBINED)
        rows.append(_row(f"{titles}, predictions combined", pairs))
    return rows


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


def _row(title: str, runs: Sequence[Sequence[Run]]) -> Row:
    """A row from the runs of each division; where there are several, their verdicts are combined."""
    folds = [division for division in runs if division[0].config.split.n_folds is not None]
    fixed = [division for division in runs if division[0].config.split.n_folds is None]
    parameters = sum(run.n_parameters for run in runs[0])
    return Row(title, parameters, _figure(folds), _figure(fixed))


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
