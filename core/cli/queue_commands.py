"""The commands ``search`` and ``queue``: their options, and what they do."""

import argparse
import sys
from argparse import Namespace
from functools import partial
from typing import Any

from filelock import FileLock

from core.cli.console import ProgressLine, duration_text, table_text
from core.cli.interrupts import Watch, heeding_signals
from core.cli.lookup import find_run
from core.errors import ConfigError, RunError
from core.experiments.groups import distinction
from core.files import storage_errors
from core.jobs.folder import new_job_id, request_stop
from core.jobs.reporter import ProgressReporter
from core.jobs.waiting import Entry
from core.jobs.watch import read_progress
from core.recipe.config import TrainingConfig, training_config_from_dict
from core.search.spec import OBJECTIVES, SearchSpec, load_spec, parse_ranges, save_spec
from core.settings import load_settings

DEFAULT_RANGES = ("learning_rate=1e-4:1e-2:log", "model.dropout=0:0.6")


def add_search_options(command: argparse.ArgumentParser) -> None:
    """Options of ``search`` besides those of a training."""
    command.add_argument(
        "--range",
        dest="ranges",
        action="append",
        metavar="PATH=LOW:HIGH[:log]",
        help="setting to vary and its range, or PATH=A,B,... for a choice; may be given several times "
        f"(default: {' and '.join(DEFAULT_RANGES)})",
    )
    command.add_argument(
        "--objective", choices=list(OBJECTIVES), default="accuracy", help="measure on the validation set"
    )
    command.add_argument("--minutes", type=float, help="budget in minutes; with --resume, that many more")
    command.add_argument("--trials", type=int, help="budget in trials; with --resume, that many more")
    command.add_argument("--pruner", choices=("median", "hyperband", "none"), default="median")
    command.add_argument("--search-seed", type=int, default=42, help="seed for proposing settings (default: 42)")
    command.add_argument(
        "--dask", metavar="ADDRESS", help="train on this Dask scheduler's cluster (default: this machine)"
    )
    command.add_argument(
        "--resume",
        metavar="SEARCH_ID",
        help="resume a search, with its budget or more (--minutes, --trials)",
    )


def add_queue_options(command: argparse.ArgumentParser) -> None:
    """Options of ``queue``."""
    action = command.add_mutually_exclusive_group()
    action.add_argument("--at-once", type=int, metavar="N", help="number of trainings that run at the same time")
    action.add_argument("--first", metavar="RUN", help="start this waiting run next")
    action.add_argument("--drop", metavar="RUN", help="remove this waiting run; it is kept as interrupted")
    action.add_argument(
        "--stop", metavar="RUN", help="end this training early; its settings say which weights are kept"
    )
    action.add_argument("--resume", metavar="RUN", help="resume this interrupted or failed run, next in the queue")


def search_spec(options: Namespace, config: TrainingConfig) -> SearchSpec:
    """The search that the options describe."""
    return SearchSpec(
        config=config,
        ranges=parse_ranges(options.ranges or DEFAULT_RANGES),
        objective=options.objective,
        minutes=options.minutes,
        n_trials=options.trials,
        pruner=options.pruner,
        seed=options.search_seed,
        dask_address=options.dask or "",
    )


def take_up_search(options: Namespace) -> None:
    """Extend a search that is to be resumed, where more is asked for; `ConfigError` for what only a new one takes."""
    from core.search.control import budget_used, extend_search
    from core.search.study import load_search

    taken = {"resume", "minutes", "trials", "json", "command"}
    usual = {"preset": None, "objective": "accuracy", "pruner": "median", "search_seed": 42, "join_likely": False}
    usual |= {"corrected_labels": False}
    if unfit := [name for name, value in vars(options).items() if name not in taken and value != usual.get(name)]:
        names = ", ".join("--" + name.replace("_", "-").replace("ranges", "range") for name in unfit)
        raise ConfigError(f"--resume goes on with a search as it was set up; {names} can be given to a new one only.")
    if options.minutes is not None or options.trials is not None:
        extend_search(options.resume, minutes=options.minutes, n_trials=options.trials)
        return
    search = load_search(options.resume)
    if budget_used(search) and all(trial.state not in ("open", "running") for trial in search.trials):
        raise ConfigError(
            f"The budget of {options.resume} is used up: {len(search.trials)} trials in "
            f"{duration_text(search.elapsed_s)}. Give --minutes or --trials for more."
        )


def run_search(
    spec: SearchSpec | None, search_id: str | None, progress: ProgressLine
) -> tuple[dict[str, Any], str, int]:
    """Conduct a search in this process; the first Ctrl-C ends it in good order. Gives values, text and exit code."""
    from core.queue.launch import check_training
    from core.search.conduct import conduct_search

    if spec is not None:
        check_training(spec.config)
        search_id = new_job_id("search")
        save_spec(search_id, spec)
    assert search_id is not None
    reporter = _begin_search(search_id, progress)
    watch = Watch(on_first=partial(request_stop, search_id))
    try:
        with heeding_signals(watch):
            result = conduct_search(search_id, reporter)
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        reporter.finish(
            "interrupted" if interrupted else "failed", detail=str(error) or "Interrupted from the keyboard."
        )
        if interrupted:
            progress.clear()
            print(_how_to_resume(search_id), file=sys.stderr)
        raise
    reporter.finish("stopped" if result is None else "done", result=result)
    values, text = _search_answer(search_id)
    if result is None:
        return values, f"{text}\nstopped; {_how_to_resume(search_id)}", watch.exit_code or 1
    return values, text, 0 if values["best"] else 1


def _how_to_resume(search_id: str) -> str:
    return f"its runs are kept; resume with: python -m core search --resume {search_id}"


def _begin_search(search_id: str, progress: ProgressLine) -> ProgressReporter:
    """Take the search into this process; `RunError` where another conducts it."""
    load_spec(search_id)
    folder = load_settings().jobs_dir / search_id
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "start.lock", timeout=30):
        known = read_progress(search_id)
        if known is not None and not known.ended:
            raise RunError(f"The search {search_id} is already running.")
        (folder / "stop").unlink(missing_ok=True)
        reporter = ProgressReporter(folder, on_update=progress)
        reporter.phase("Searching")
    return reporter


def _search_answer(search_id: str) -> tuple[dict[str, Any], str]:
    from core.search.study import load_search

    search = load_search(search_id)
    best = search.best
    values = {
        "search_id": search_id,
        "objective": search.spec.objective,
        "elapsed_s": search.elapsed_s,
        "trials": [
            {
                "number": trial.number,
                "state": trial.state,
                "value": trial.value,
                "settings": trial.values,
                "run_id": trial.run_id,
                "ended": trial.ended,
                "error": trial.error,
            }
            for trial in search.trials
        ],
        "best": None if best is None else {"number": best.number, "value": best.value, "run_id": best.run_id},
    }
    paths = [item.path for item in search.spec.ranges]
    rows = [
        (
            trial.number,
            trial.state,
            _value(trial.value, search.spec),
            *map(_setting, map(trial.values.get, paths)),
            trial.run_id[:6],
            trial.error or trial.ended,
        )
        for trial in search.trials
    ]
    lines = [table_text(("trial", "state", f"val {search.spec.objective}", *paths, "run", ""), rows)]
    if best is not None:
        reached = _value(best.value, search.spec)
        lines.append(f"best: trial {best.number}, validation {search.spec.objective} {reached}, run {best.run_id}")
    lines.append(f"{search_id}: {len(rows)} trials in {duration_text(search.elapsed_s)}")
    return values, "\n".join(lines)


def _value(value: float | None, spec: SearchSpec) -> str:
    if value is None:
        return "-"
    return f"{value:.1%}" if spec.objective == "accuracy" else f"{value:.3f}"


def _setting(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def change_queue(options: Namespace) -> None:
    """Do what the options of ``queue`` ask for, and move the queue on."""
    from core.queue.control import move, set_n_at_once
    from core.queue.dispatch import keep_moving
    from core.queue.launch import drop_run, resume_run, stop_training
    from core.runs.liveness import job_id_of_run

    if options.at_once is not None:
        set_n_at_once(options.at_once)
    if options.first is not None and not move(job_id_of_run(find_run(options.first).id), "first"):
        raise RunError(f"Run {options.first} is not waiting in the queue.")
    if options.drop is not None and not drop_run(find_run(options.drop).id):
        raise RunError(f"Run {options.drop} is not waiting in the queue.")
    if options.stop is not None:
        stop_training(find_run(options.stop).id)
    if options.resume is not None:
        resume_run(find_run(options.resume).id)
    keep_moving()


def queue_answer() -> tuple[dict[str, Any], str]:
    """What runs and what waits: values, and the same for people."""
    from core.queue.record import n_at_once, places, read_queue

    queue = read_queue()
    found = [place for place in places(queue) if place.state != "ended"]
    entries = [
        {
            "run_id": place.entry.run_id,
            "state": place.state,
            "name": place.entry.spec.get("config", {}).get("name", place.entry.job_id),
            "seed": place.entry.spec.get("config", {}).get("seed"),
            "which": _which(place.entry),
            "group": place.entry.group,
            "phase": None if place.progress is None else place.progress.phase,
            "fraction": None if place.progress is None else place.progress.fraction,
            "remaining_s": None if place.progress is None else place.progress.remaining_s,
        }
        for place in found
    ]
    rows = [
        (
            entry["run_id"][:6],
            entry["state"],
            entry["name"],
            entry["which"],
            "-" if entry["fraction"] is None else f"{entry['phase']} {entry['fraction']:.0%}",
        )
        for entry in entries
    ]
    text = table_text(("run", "state", "name", "which", "progress"), rows) if rows else "The queue is empty."
    lines = [text, f"{n_at_once(queue)} at once"]
    if queue.note:
        lines.append(queue.note)
    return {"n_at_once": n_at_once(queue), "note": queue.note, "entries": entries}, "\n".join(lines)


def _which(entry: Entry) -> str:
    """What tells a training from others of its name; a dash for another kind of job."""
    if not entry.run_id:
        return "-"
    return distinction(training_config_from_dict(entry.spec["config"]), str(entry.spec.get("place", "")))


def need_collection(options: Namespace) -> None:
    """`ConfigError` for a new search without a collection."""
    if options.collection is None:
        raise ConfigError("A new search needs --collection; resume an earlier one with --resume SEARCH_ID.")
