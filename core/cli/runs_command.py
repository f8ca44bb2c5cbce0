"""``runs``: the runs of the store as a list, and what people say of them: names, tags, notes, what is put away."""

import argparse
from argparse import Namespace
from typing import Any

from core.cli.console import Answer, ProgressLine, table_text
from core.cli.lookup import find_run
from core.errors import ConfigError
from core.evaluation.verdict.words import percent
from core.names import readable_name
from core.runs.annotating import archive_runs, note_run, rename_run, restore_runs, tag_runs
from core.runs.finding import RunFilter, find_runs
from core.runs.record import Run
from core.runs.store import list_runs

_MOST_ROWS = 50


def add_runs_options(command: argparse.ArgumentParser) -> None:
    """Options of ``runs``."""
    shown = command.add_argument_group("which are listed")
    shown.add_argument("--find", metavar="WORDS", help="those that hold all these words: of name, genres, tags, note …")
    shown.add_argument("--with-tag", metavar="TAG", help="those with this tag")
    shown.add_argument("--archived", action="store_true", help="archived runs as well")
    shown.add_argument("--together", action="store_true", help="seeds and folds of one configuration in one row")
    action = command.add_mutually_exclusive_group()
    action.add_argument("--rename", nargs=2, metavar=("RUN", "NAME"), help="call a run otherwise")
    action.add_argument("--tag", nargs="+", metavar=("RUN", "TAG"), help="add tags to a run")
    action.add_argument("--untag", nargs="+", metavar=("RUN", "TAG"), help="take tags of a run away")
    action.add_argument("--note", nargs=2, metavar=("RUN", "TEXT"), help="keep a note with a run; '' takes it away")
    action.add_argument("--archive", nargs="+", metavar="RUN", help="put runs away: kept whole, and no longer shown")
    action.add_argument("--restore", nargs="+", metavar="RUN", help="bring archived runs back")


def run_runs(options: Namespace, progress: ProgressLine) -> Answer:
    """Do what is asked for, and list the runs that it changed; else all that are asked for."""
    changed = _change(options)
    if changed is not None:
        by_id = {run.id: run for run in list_runs()}
        runs = [by_id[run_id] for run_id in changed]
    else:
        runs = _found(options)
    if options.together:
        return _together(runs)
    values = {"runs": [_values(run) for run in runs]}
    return Answer(values, _text(runs, n_archived=0 if changed is not None else _n_hidden(options)))


def _change(options: Namespace) -> list[str] | None:
    """Ids of the runs that were changed; None where nothing was to be."""
    if options.rename is not None:
        run = find_run(options.rename[0])
        rename_run(run.id, options.rename[1])
        return [run.id]
    for name, takes_away in (("tag", False), ("untag", True)):
        given = getattr(options, name)
        if given is None:
            continue
        if len(given) < 2:
            raise ConfigError(f"--{name} takes a run and one tag or more, got only {given[0]!r}.")
        run = find_run(given[0])
        labels = [part for text in given[1:] for part in text.split(",")]
        tag_runs([run.id], add=() if takes_away else labels, remove=labels if takes_away else ())
        return [run.id]
    if options.note is not None:
        run = find_run(options.note[0])
        note_run(run.id, options.note[1])
        return [run.id]
    for name, change in (("archive", archive_runs), ("restore", restore_runs)):
        if (given := getattr(options, name)) is not None:
            ids = list(dict.fromkeys(find_run(text).id for text in given))
            change(ids)
            return ids
    return None


def _found(options: Namespace) -> list[Run]:
    wanted = RunFilter(
        text=options.find or "",
        tags=() if options.with_tag is None else (options.with_tag,),
        archived=options.archived,
    )
    return list(find_runs(list_runs(), wanted))


def _n_hidden(options: Namespace) -> int:
    return 0 if options.archived else sum(run.archived for run in list_runs())


def _values(run: Run) -> dict[str, Any]:
    result = run.result
    return {
        "run_id": run.id,
        "name": run.config.name,
        "status": run.status,
        "model": run.config.model.kind,
        "collection_title": run.collection_title,
        "genres": list(run.config.genres),
        "split": run.config.split.title,
        "seed": run.config.seed,
        "test_accuracy": None if result is None else result.accuracy,
        "interval": None if result is None else list(result.interval),
        "n": None if result is None else result.n,
        "protocol": None if result is None else result.protocol,
        "n_parameters": run.n_parameters,
        "training_s": run.training_s,
        "prediction_ms": run.prediction_ms,
        "tags": list(run.tags),
        "note": run.note,
        "archived": run.archived,
        "shipped": run.shipped,
    }


def _text(runs: list[Run], *, n_archived: int) -> str:
    header = ("run", "name", "status", "accuracy", "95 %", "n", "split", "collection", "tags", "")
    rows = [
        (
            run.id[:6],
            readable_name(run.config.name),
            run.status,
            *_result_cells(run),
            run.config.split.title,
            readable_name(run.collection_title),
            ", ".join(map(readable_name, run.tags)) or "-",
            "comes with Genre Lab" if run.shipped else "archived" if run.archived else "",
        )
        for run in runs[:_MOST_ROWS]
    ]
    lines = [table_text(header, rows)] if rows else ["No run fits."]
    lines += [f"{run.id[:6]}: {line}" for run in runs[:1] if len(runs) == 1 for line in run.note.splitlines()]
    if len(runs) > _MOST_ROWS:
        lines.append(f"and {len(runs) - _MOST_ROWS:,} more; --json lists all, --find fewer")
    if n_archived:
        lines.append(f"{n_archived:,} archived; --archived lists them too")
    return "\n".join(lines)


def _result_cells(run: Run) -> tuple[str, str, str]:
    if run.result is None:
        return "-", "-", "-"
    low, high = run.result.interval
    return percent(run.result.accuracy), f"{100 * low:.0f} to {100 * high:.0f} %", f"{run.result.n:,}"


def _together(runs: list[Run]) -> Answer:
    """Seeds and folds of one configuration in one row."""
    from core.experiments.folding import fold_runs

    rows, values = [], []
    for folded in fold_runs(runs):
        deviation = None if folded.spread is None else folded.spread.deviation
        low, high = folded.interval or (None, None)
        values.append(
            {
                "name": folded.name,
                "runs": [run.id for run in folded.runs],
                "kind": folded.kind,
                "test_accuracy": folded.accuracy,
                "deviation": deviation,
                "interval": None if low is None else [low, high],
                "n": folded.n,
                "split": folded.first.config.split.title,
            }
        )
        rows.append(
            (
                len(folded.runs),
                readable_name(folded.name),
                "-" if folded.accuracy is None else percent(folded.accuracy),
                "-" if deviation is None else f"{100 * deviation:.1f}",
                "-" if low is None or high is None else f"{100 * low:.0f} to {100 * high:.0f} %",
                "-" if folded.n is None else f"{folded.n:,}",
                folded.first.config.split.title,
            )
        )
    header = ("runs", "name", "accuracy", "± points", "95 %", "n", "split")
    text = table_text(header, rows[:_MOST_ROWS]) if rows else "No run fits."
    further = len(rows) - _MOST_ROWS
    return Answer({"rows": values}, text + (f"\nand {further:,} more; --json lists all" if further > 0 else ""))
