"""Runs that belong together: what joins them, and how each is known within."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.errors import ConfigError
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.runs.tags import GROUP_KIND_TAG, GROUP_LABEL_TAG, GROUP_PLACE_TAG
from core.splits.config import SplitConfig
from core.splits.protocols import PROTOCOLS, protocol_title

GroupKind = Literal["seeds", "folds", "leak"]
GROUP_KINDS: dict[str, str] = {"seeds": "Seeds", "folds": "Folds", "leak": "Leak meter", "study": "The study"}
MAX_SEEDS = 50


@dataclass(frozen=True)
class RunGroup:
    """Runs that were started in one go.

    Attributes
    ----------
    id : str
    kind : str
        A key of `GROUP_KINDS`, or what another part of Genre Lab calls its groups.
    label : str
        For people.
    runs : tuple of Run
        By place: seeds and folds in their order, protocols from the one that lets most leak.
    """

    id: str
    kind: str
    label: str
    runs: tuple[Run, ...]

    @property
    def finished(self) -> tuple[Run, ...]:
        """Those with a test result."""
        return tuple(run for run in self.runs if run.status == "finished" and run.result is not None)


def why_no_seeds(config: TrainingConfig) -> str:
    """Why several seeds of a training say nothing, in a sentence; empty where they differ in something."""
    if config.model_kind.is_drawn or config.split.rules.drawn:
        return ""
    return (
        f"Neither the model ({config.model_kind.title}) nor the test set ({config.split.rules.title.lower()}) depends "
        "on the seed: such runs would not show how much the accuracy varies."
    )


def seed_configs(config: TrainingConfig, n_seeds: int, *, fixed_split: bool = True) -> list[TrainingConfig]:
    """The same training with seeds counted up from its own.

    Parameters
    ----------
    config : TrainingConfig
    n_seeds : int
        2 to 50.
    fixed_split : bool
        True tests all on the same clips, so that the spread is that of the training alone; False draws a split for
        each seed, so that the spread is of both.

    Raises
    ------
    ConfigError
        A number of seeds out of these limits, or seeds that would all give the same model.
    """
    if (reason := why_no_seeds(config)) or (fixed_split and not config.model_kind.is_drawn):
        raise ConfigError(
            reason
            or f"A model of kind {config.model_kind.title} is the same for every seed on the same clips. Draw a split "
            "for each seed."
        )
    if not 2 <= n_seeds <= MAX_SEEDS:
        raise ConfigError(f"Expected 2 to {MAX_SEEDS} seeds, got {n_seeds}.")
    split_seed = config.split.seed
    kept = config.seed if split_seed is None else split_seed
    split = replace(config.split, seed=kept if fixed_split else None)
    seeds = [(config.seed + step) % 2**32 for step in range(n_seeds)]
    return [replace(config, seed=seed, split=split) for seed in seeds]


def fold_configs(config: TrainingConfig, n_folds: int) -> list[TrainingConfig]:
    """The same training once for each fold of its protocol, so that each clip is tested once."""
    return [replace(config, split=replace(config.split, n_folds=n_folds, fold=fold)) for fold in range(1, n_folds + 1)]


def leak_configs(config: TrainingConfig, splits: Iterable[SplitConfig]) -> list[TrainingConfig]:
    """The same training under each of these splits."""
    return [replace(config, split=replace(split, seed=config.split.seed)) for split in splits]


def place_of(config: TrainingConfig, kind: str) -> str:
    """How a run is known within its group: its seed, its fold, its protocol."""
    if kind == "folds":
        return f"{config.split.fold} of {config.split.n_folds}"
    if kind == "leak":
        return config.split.key
    return str(config.seed)


def distinction(config: TrainingConfig, place: str = "") -> str:
    """What tells a training from others of its name: ``"seed 7 · by artist, fold 2 of 5 · trial 3"``.

    Corrected labels are said, too: ``"seed 7 · by clip · 3 corrected labels"``.

    Parameters
    ----------
    config : TrainingConfig
    place : str
        How it is known within its group; said where neither seed nor split say it already.
    """
    title = config.split.title
    parts = [f"seed {config.seed}", title[:1].lower() + title[1:]]
    if n_corrected := len(config.corrected_labels):
        parts.append(f"{n_corrected:,} corrected label{'' if n_corrected == 1 else 's'}")
    if place and place not in {place_of(config, kind) for kind in ("seeds", "folds", "leak")}:
        parts.append(place)
    return " · ".join(parts)


def start_group(
    configs: Sequence[TrainingConfig], kind: GroupKind, *, group_id: str | None = None, token: str | None = None
) -> str:
    """Put runs that belong together into the queue; returns the id of their group.

    Parameters
    ----------
    configs : sequence of TrainingConfig
        Not empty.
    kind : str
    group_id : str, optional
        Of a group that the runs are added to.
    token : str, optional
        Names this one request: the same token again starts nothing new.

    Raises
    ------
    GenreLabError
        As `core.queue.launch.enqueue`; nothing was started.
    """
    if not configs:
        raise ConfigError("There are no runs to start.")
    chosen = group_id or f"{kind}-{secrets.token_hex(5)}"
    tags = [
        {
            GROUP_KIND_TAG: kind,
            GROUP_LABEL_TAG: group_label(config, kind, len(configs))[:400],
            GROUP_PLACE_TAG: place_of(config, kind),
        }
        for config in configs
    ]
    return start_tagged(configs, tags, group_id=chosen, token=token)


def start_tagged(
    configs: Sequence[TrainingConfig], tags: Sequence[Mapping[str, str]], *, group_id: str, token: str | None = None
) -> str:
    """As `start_group`, with the tags of each run given."""
    from core.queue.launch import enqueue

    if not configs:
        raise ConfigError("There are no runs to start.")
    run_ids = enqueue(configs, group=group_id, tags=tags, token=token)
    if token is None:
        return group_id
    from core.runs.store import get_run

    return get_run(run_ids[0]).group or group_id  # the first request of this token named it


def group_label(config: TrainingConfig, kind: str, n: int) -> str:
    """``"Study CNN, 5 folds by artist"``."""
    protocol = protocol_title(config.split.key)
    protocol = protocol[:1].lower() + protocol[1:]
    what = {
        "seeds": f"{n} seeds, {protocol}",
        "folds": f"{config.split.n_folds} folds {protocol}",
        "leak": "leak meter",
    }
    return f"{config.name}, {what.get(kind, kind)}"


def find_groups(runs: Iterable[Run]) -> tuple[RunGroup, ...]:
    """Groups among the runs, in the order in which the first run of each comes."""
    members: dict[str, list[Run]] = {}
    for run in runs:
        if run.group:
            members.setdefault(run.group, []).append(run)
    groups = []
    for group_id, found in members.items():
        kind = next((run.group_kind for run in found if run.group_kind), "")
        label = next((run.group_label for run in found if run.group_label), group_id)
        groups.append(RunGroup(group_id, kind, label, tuple(sorted(found, key=_order))))
    return tuple(groups)


def _order(run: Run) -> tuple[object, ...]:
    protocols = list(PROTOCOLS)
    split = run.config.split
    fold = split.fold if split.n_folds else 0
    return protocols.index(split.protocol), split.group_column, fold, run.config.seed, run.created_at
