"""The other folds and the other seeds of a run: the same training, so that their verdicts can be laid on each other."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Literal

from core.runs.record import Run

RepeatKind = Literal["folds", "seeds"]


def repeats_of(run: Run, runs: Iterable[Run], kind: RepeatKind) -> tuple[Run, ...]:
    """The finished runs of the same training on the same clips that differ in nothing but their fold, or their seed.

    Parameters
    ----------
    run : Run
        A finished one.
    runs : iterable of Run
        Among which they are looked for; names do not matter.
    kind : "folds" or "seeds"

    Returns
    -------
    tuple of Run
        In the order of folds or seeds, ``run`` among them; of several of one fold or seed the newest. It alone where
        there is no other.
    """
    found: dict[int, Run] = {}
    for each in sorted(runs, key=lambda each: each.created_at):
        if each.status == "finished" and each.result is not None and _is_repeat(run, each, kind):
            found[_place(each, kind)] = each
    found[_place(run, kind)] = run
    return tuple(found[place] for place in sorted(found))


def _is_repeat(run: Run, other: Run, kind: RepeatKind) -> bool:
    """Whether two trainings have all but their names, and their folds or seeds, in common."""
    if run.collection_fingerprint != other.collection_fingerprint:
        return False
    if kind == "seeds":
        return _equal_but(run.config, other.config, {"name", "seed"})
    one, two = run.config.split, other.config.split
    return (
        one.n_folds is not None
        and _equal_but(one, two, {"fold"})
        and _equal_but(run.config, other.config, {"name", "split"})
    )


def _equal_but(one: Any, other: Any, left_out: set[str]) -> bool:
    """Whether two records of one kind are equal in all fields but some."""
    return all(
        getattr(one, each.name) == getattr(other, each.name) for each in fields(one) if each.name not in left_out
    )


def _place(run: Run, kind: RepeatKind) -> int:
    return run.config.split.fold if kind == "folds" else run.config.seed
