"""Leak meters that finished runs make: one recipe under several protocols."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core.errors import ConfigError
from core.experiments.aggregate import LeakRow, leak_rows
from core.experiments.groups import leak_configs
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.splits.config import SplitConfig

_ANY_SPLIT = SplitConfig()


@dataclass(frozen=True)
class LeakMeter:
    """One recipe under the protocols under which it was trained.

    Attributes
    ----------
    recipe : TrainingConfig
        Of its newest run.
    collection_title : str
    synthetic : bool
    rows : tuple of LeakRow
        From the protocol that lets most leak to the strictest.
    waiting : tuple of str
        Protocols, by `SplitConfig.key`, whose runs are queued or running.
    waiting_runs : tuple of str
        Ids of those runs.
    """

    recipe: TrainingConfig
    collection_title: str
    synthetic: bool
    rows: tuple[LeakRow, ...]
    waiting: tuple[str, ...]
    waiting_runs: tuple[str, ...]

    @property
    def key(self) -> str:
        """Names the recipe in an address."""
        return recipe_key(self.recipe)


def recipe_key(config: TrainingConfig) -> str:
    """Names a recipe in an address: the same for all trainings that a leak meter compares."""
    return hashlib.sha256(json.dumps(_recipe(config).to_dict()).encode()).hexdigest()[:10]


def _recipe(config: TrainingConfig) -> TrainingConfig:
    """A configuration without what a leak meter varies, and without its name."""
    return replace(config, split=_ANY_SPLIT, name="-")


def trainable(recipe: TrainingConfig, splits: Mapping[str, SplitConfig]) -> tuple[list[TrainingConfig], dict[str, str]]:
    """The recipe under each of these splits, and why it cannot be trained under others.

    Parameters
    ----------
    recipe : TrainingConfig
    splits : mapping of `SplitConfig.key` to SplitConfig
        That the clips permit.

    Returns
    -------
    configs : list of TrainingConfig
    reasons : dict of key to str
    """
    configs, reasons = [], {}
    for key, split in splits.items():
        try:
            configs += leak_configs(recipe, [split])
        except ConfigError as error:
            reasons[key] = str(error)
    return configs, reasons


def leak_meters(runs: Iterable[Run]) -> tuple[LeakMeter, ...]:
    """Every recipe with a finished run, newest first.

    Of one protocol the newest run counts; where there are folds of the newest division, all of them, once they are
    complete. Runs whose split has a file of one's own have no place among the protocols.

    Parameters
    ----------
    runs : iterable of Run
        Newest first.
    """
    by_recipe: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        if not run.config.split.rules.takes_file:
            by_recipe.setdefault((run.collection_fingerprint, _recipe(run.config)), []).append(run)
    meters = []
    for found in by_recipe.values():
        finished = [run for run in found if run.status == "finished" and run.result is not None]
        if not finished:
            continue
        protocols = {run.config.split.key for run in finished}
        rows = leak_rows({protocol: _chosen(finished, protocol) for protocol in protocols})
        under_way = [run for run in found if run.status in ("queued", "running")]
        newest = finished[0]
        meters.append(
            LeakMeter(
                newest.config,
                newest.collection_title,
                newest.synthetic,
                rows,
                waiting=tuple(sorted({run.config.split.key for run in under_way})),
                waiting_runs=tuple(run.id for run in under_way),
            )
        )
    return tuple(meter for meter in meters if meter.rows)


def _chosen(finished: Iterable[Run], protocol: str) -> list[Run]:
    """The newest run of a protocol, or all folds of a complete division."""
    own = [run for run in finished if run.config.split.key == protocol]
    divisions: dict[tuple[object, ...], dict[int, Run]] = {}
    for run in own:
        split = run.config.split
        if split.n_folds is not None:
            division = (split.n_folds, split.ground(run.config.seed)[:-1])
            divisions.setdefault(division, {}).setdefault(split.fold, run)
    for (n_folds, *_), folds in divisions.items():
        if len(folds) == n_folds:
            return [folds[fold] for fold in sorted(folds)]
    single = [run for run in own if run.config.split.n_folds is None]
    return single[:1]
