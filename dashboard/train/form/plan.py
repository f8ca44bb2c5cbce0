"""How many runs one click starts: one, several seeds, or all folds."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.experiments.groups import MAX_SEEDS, fold_configs, seed_configs, why_no_seeds
from core.recipe.config import TrainingConfig
from core.runs.store import list_runs
from dashboard.changes.trainings import start_group

Plan = Literal["one", "seeds", "folds"]
_TITLES: dict[Plan, str] = {"one": "One run", "seeds": "Several seeds", "folds": "All folds"}


@dataclass(frozen=True)
class RunPlan:
    """What one click starts.

    Attributes
    ----------
    kind : {"one", "seeds", "folds"}
    n_seeds : int
    fixed_split : bool
        Test all seeds on the same clips.
    n_folds : int or None
        Into how many folds the clips are divided.
    """

    kind: Plan = "one"
    n_seeds: int = 1
    fixed_split: bool = True
    n_folds: int | None = None

    def configs(self, config: TrainingConfig) -> list[TrainingConfig]:
        """The runs to start."""
        if self.kind == "seeds":
            return seed_configs(config, self.n_seeds, fixed_split=self.fixed_split)
        if self.kind == "folds" and self.n_folds is not None:
            return fold_configs(config, self.n_folds)
        return [config]


def pick_plan(config: TrainingConfig | None) -> RunPlan:
    """Choose above the start button."""
    has_folds = config is not None and config.split.rules.foldable
    no_seeds = "" if config is None else why_no_seeds(config)
    offered: list[Plan] = ["one"]
    offered += [] if no_seeds else ["seeds"]
    offered += ["folds"] if has_folds else []
    if st.session_state.get("train:plan") not in offered:
        st.session_state["train:plan"] = "one"
    chosen = st.segmented_control(
        "Start",
        offered,
        format_func=lambda kind: _TITLES[kind],
        required=True,
        key="train:plan",
        persist_state="session",
        help="Several seeds show how much the accuracy varies by chance; their mean and spread are on Compare, "
        "under Groups. All folds: each clip is tested once."
        + (f" Several seeds are not offered. {no_seeds}" if no_seeds else ""),
    )
    if chosen == "folds":
        return RunPlan("folds", n_folds=_pick_folds(config))
    if chosen != "seeds":
        return RunPlan()
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    n_seeds = left.number_input(
        "Seeds", min_value=2, max_value=MAX_SEEDS, value=5, step=1, key="train:n_seeds", persist_state="session"
    )
    if config is not None and not config.model_kind.is_drawn:
        right.caption(
            f"Each seed draws its own split: on the same clips, a model of kind {config.model_kind.title} is the same "
            "for every seed."
        )
        return RunPlan("seeds", int(n_seeds), fixed_split=False)
    fixed = right.toggle(
        "Same split for all",
        value=True,
        key="train:fixed_split",
        persist_state="session",
        help="On: all runs are tested on the same clips, so the spread comes from training only. Off: each seed "
        "draws its own split, so the spread comes from both.",
    )
    return RunPlan("seeds", int(n_seeds), bool(fixed))


def _pick_folds(config: TrainingConfig | None) -> int:
    """As many as the split has; chosen here where it has none yet."""
    if config is not None and config.split.n_folds is not None:
        st.caption(f"Each of the {config.split.n_folds} folds of the split is tested once.")
        return config.split.n_folds
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    n_folds = left.number_input(
        "Folds", min_value=2, max_value=20, value=5, step=1, key="train:plan_folds", persist_state="session"
    )
    right.caption("The clips are divided into equal folds; each run is tested on one fold and trained on the others.")
    return int(n_folds)


def start_plan(config: TrainingConfig, plan: RunPlan, *, token: str) -> str:
    """Queue the runs of a plan as a group; returns the id of its first run."""
    assert plan.kind != "one"
    group = start_group(plan.configs(config), plan.kind, token=f"{token} {plan}")
    return [run.id for run in list_runs() if run.group == group][-1]
