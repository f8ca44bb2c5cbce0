"""The commands: each takes the parsed options and gives what ``--json`` prints and what people read."""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from core.cli.adviser_command import run_adviser
from core.cli.calibration_answer import calibration_answer, choose_temperature
from core.cli.classify_command import classify_many, is_many
from core.cli.collection_commands import run_collections
from core.cli.console import Answer, ProgressLine, duration_text, first_lines, table_text
from core.cli.explain_command import asks_why
from core.cli.human_command import run_human
from core.cli.interrupts import Watch, heeding_signals
from core.cli.lookup import (
    find_collection,
    find_front_end,
    find_preset,
    find_run,
    named_genres,
    preset_arguments,
    typed_path,
)
from core.cli.model_command import run_model
from core.cli.neighbour_command import asks_neighbours, embed, neighbours
from core.cli.queue_commands import (
    change_queue,
    need_collection,
    queue_answer,
    run_search,
    search_spec,
    take_up_search,
)
from core.cli.report_options import report_place, require_one_song
from core.cli.reproduce_command import run_reproduce
from core.cli.robustness_command import run_robustness
from core.cli.runs_command import run_runs
from core.cli.split_options import split_from_options, together_lines
from core.cli.verdict_command import run_verdict
from core.clips.collection import Collection
from core.collections.corrections import CorrectedLabel, corrected_labels, corrections_of
from core.collections.registry import load_collection
from core.errors import ConfigError, RunError
from core.evaluation.caution import caution_text
from core.features.base import Features
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.jobs.progress import Progress
from core.recipe.clips import training_clips
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.runs.store import get_run


def run_command(options: Namespace, progress: ProgressLine) -> Answer:
    """Do the command that was asked for."""
    commands: dict[str, Callable[[Namespace, ProgressLine], Answer]] = {
        "collections": run_collections,
        "extract": extract,
        "train": train,
        "search": search,
        "queue": queue,
        "runs": run_runs,
        "evaluate": evaluate,
        "verdict": run_verdict,
        "adviser": run_adviser,
        "human": run_human,
        "classify": classify,
        "model": run_model,
        "robustness": robustness,
        "reproduce": reproduce,
    }
    return commands[options.command](options, progress)


def reproduce(options: Namespace, progress: ProgressLine) -> Answer:
    """Make the stated accuracy figures again."""
    return Answer(*run_reproduce(options, progress))


def robustness(options: Namespace, progress: ProgressLine) -> Answer:
    """How a run's accuracy bears changes of its test clips."""
    return Answer(*run_robustness(options, progress))


def extract(options: Namespace, progress: ProgressLine) -> Answer:
    """Compute what is missing of the features of a collection."""
    from core.extraction import extract as extraction

    collection = find_collection(options.collection, progress)
    if options.embedding_by is not None:
        return Answer(*embed(collection, options, progress))
    front_ends: list[Features] = list(collection.front_ends) or [MelSpectrogram(), NumericFeatures()]
    if options.front_end != "both":
        front_ends = [find_front_end(collection, options.front_end)]
    report = extraction.extract(collection, front_ends, reporter=progress.reporter(), dask_address=options.dask)
    values = {
        "collection": collection.id,
        "front_ends": [front_end.identity for front_end in front_ends],
        **asdict(report),
    }
    lines = [f"{collection.title}: {report.n_extracted} clips analysed, {report.n_present} already stored"]
    lines += first_lines([f"failed {name}: {reason}" for name, reason in report.failures.items()])
    return Answer(values, "\n".join(lines))


def train(options: Namespace, progress: ProgressLine) -> Answer:
    """Train a model in this process, or put it into the queue."""
    from core.queue.launch import start_training, train_here

    config = _training_config(options, progress)
    if options.queue:
        run = get_run(start_training(config))
        return Answer(run_values(run), f"{run.label}: {run.status}")
    watch = Watch()
    watch.can_end_well = False

    def on_update(now: Progress) -> None:
        watch.can_end_well = now.phase == "Training" and not now.ended
        progress(now)

    with heeding_signals(watch):
        run = train_here(config, on_update=on_update, stop=watch.asked)
    together = together_lines(config.split, training_clips(config))
    text = "\n".join([run_text(run), *together])
    return Answer(run_values(run), text, code=0 if run.status == "finished" else 1)


def search(options: Namespace, progress: ProgressLine) -> Answer:
    """Search for good settings, or go on with a search."""
    if options.resume is not None:
        take_up_search(options)
        return Answer(*run_search(None, options.resume, progress))
    need_collection(options)
    spec = search_spec(options, _training_config(options, progress))
    return Answer(*run_search(spec, None, progress))


def queue(options: Namespace, progress: ProgressLine) -> Answer:
    """List or change the queue of trainings."""
    change_queue(options)
    return Answer(*queue_answer())


def _training_config(options: Namespace, progress: ProgressLine) -> TrainingConfig:
    """The training that the options describe."""
    collection = find_collection(options.collection, progress)
    corrections = _asked_corrections(options, collection)
    if corrections:
        collection = load_collection(collection.id, corrected=corrected_labels(corrections))
    genres = collection.genres if options.genres is None else named_genres(options.genres, collection)
    given = {
        "name": options.name,
        "epochs": options.epochs,
        "batch_size": options.batch_size,
        "learning_rate": options.learning_rate,
        "patience": options.patience,
        "seed": options.seed,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    preset = find_preset(options.preset, collection, options.front_end)
    changes |= preset_arguments(preset, collection, options.front_end)
    changes["split"] = split_from_options(options, collection)
    changes["corrected_labels"] = corrected_labels(corrections, genres=genres)
    if corrections and not changes["corrected_labels"]:
        raise ConfigError(f"--corrected-labels: no label of {', '.join(genres)} has been corrected. Leave it out.")
    return preset.configure(collection.id, genres, **changes)


def _asked_corrections(options: Namespace, collection: Collection) -> tuple[CorrectedLabel, ...]:
    """The corrected labels that the training is to use; none unless they are asked for."""
    if not options.corrected_labels:
        return ()
    found = tuple(each for each in corrections_of(collection) if not each.is_settled)
    if not found:
        raise ConfigError(
            f"--corrected-labels: nobody has corrected a label of {collection.title}. Leave it out, or say which are "
            "wrong: on the dashboard, or with collections --annotations and --from-csv."
        )
    return found


def run_values(run: Run) -> dict[str, Any]:
    """Plain values of a run, as ``--json`` prints them."""
    result = run.result
    return {
        "run_id": run.id,
        "status": run.status,
        "name": run.config.name,
        "model": run.config.model.kind,
        "collection": run.config.collection_id,
        "collection_title": run.collection_title,
        "synthetic": run.synthetic,
        "shipped": run.shipped,
        "imported_from": run.imported_from,
        "genres": list(run.config.genres),
        "seed": run.config.seed,
        "corrected_labels": dict(run.config.corrected_labels),
        "tags": list(run.tags),
        "note": run.note,
        "archived": run.archived,
        "test_accuracy": None if result is None else result.accuracy,
        "n": None if result is None else result.n,
        "n_correct": None if result is None else result.n_correct,
        "interval": None if result is None else list(result.interval),
        "chance": None if result is None else result.chance,
        "caution": " ".join(_cautions(run)),
        "protocol": None if result is None else result.protocol,
        "n_parameters": run.n_parameters,
        "training_s": run.training_s,
        "prediction_ms": run.prediction_ms,
        "best_epoch": run.best_epoch,
        "stopped_early": run.stopped_early,
        "stop_reason": run.stop_reason,
        "split_sizes": run.split_sizes,
        "error": run.error,
    }


def run_text(run: Run) -> str:
    """A run for people."""
    unsaid = run.synthetic and "synthetic" not in run.collection_title.lower()
    lines = [f"{run.config.name} on {run.collection_title}{' (synthetic)' if unsaid else ''}, run {run.id}"]
    lines += ["comes with Genre Lab"] if run.shipped else []
    lines += [f"imported from {run.imported_from}"] if run.imported_from else []
    if n_corrected := len(run.config.corrected_labels):
        lines.append(f"{n_corrected:,} label{'' if n_corrected == 1 else 's'} corrected by hand")
    if run.result is None:
        return "\n".join([*lines, f"{run.status}: {run.error}"])
    low, high = run.result.interval
    lines += [
        f"test accuracy {run.result.accuracy:.1%} ({run.result.n_correct} of {run.result.n}; 95 % interval "
        f"{low:.1%} to {high:.1%}; chance {run.result.chance:.1%})",
        *_cautions(run),
        f"split {run.result.protocol}",
        f"{run.n_parameters:,} parameters, trained in {duration_text(run.training_s or 0)}"
        + (f", weights of epoch {run.best_epoch} of {len(run.history)}" if run.best_epoch else "")
        + (f", {run.stop_reason or 'stopped early'}" if run.stopped_early else ""),
    ]
    return "\n".join(lines)


def _cautions(run: Run) -> list[str]:
    """That a result shows little, where it does."""
    caution = "" if run.result is None else caution_text(run.result, unit=run.config.split.unit)
    return [caution] if caution else []


def _finished(text: str) -> Run:
    run = find_run(text)
    if run.status != "finished":
        raise RunError(f"{run.label} is {run.status}: it has no results. Choose a finished run.")
    return run


def evaluate(options: Namespace, progress: ProgressLine) -> Answer:
    """Test result of a finished run, from the probabilities that it keeps."""
    from core.evaluation.metrics import confusion_matrix, recall_by_genre, validate_predictions
    from core.runs.comparing import compare_runs
    from core.runs.results import load_predictions

    run = _finished(options.run)
    choose_temperature(run, options.temperature, progress)
    predictions = load_predictions(run.id)
    validate_predictions(predictions)
    matrix, recall = confusion_matrix(predictions), recall_by_genre(predictions)
    calibration, trust = calibration_answer(run, predictions)
    values = run_values(run) | {
        **calibration,
        "recall_by_genre": recall.astype(object).where(recall.notna(), None).to_dict("records"),
        "confusion": {"genres": list(predictions.genres), "counts": matrix.to_numpy().tolist()},
    }
    rows = [
        (row.genre, row.n, row.n_correct, f"{row.recall:.0%}" if row.n else "-", *matrix.loc[str(row.genre)])
        for row in recall.itertuples()
    ]
    header = ("actual", "n", "right", "recall", *predictions.genres)
    lines = [run_text(run), *trust, "", table_text(header, rows)]
    if options.against is not None:
        other = _finished(options.against)
        paired = compare_runs(run, other)
        values["against"] = {
            "run_id": other.id,
            **asdict(paired),
            "accuracy_difference": paired.accuracy_difference,
        }
        lines += [
            "",
            f"against {other.label}: accuracy {paired.accuracy_difference:+.1%}; correct only in this run "
            f"{paired.n_only_a}, only in the other {paired.n_only_b}, in both {paired.n_both}, in neither "
            f"{paired.n_neither}; McNemar p = {paired.p_value:.3g}",
        ]
        values["against"]["same_labels"] = run.config.corrected_labels == other.config.corrected_labels
        if not values["against"]["same_labels"]:
            lines.append("The two learnt from different labels: those of one, or of both, were corrected by hand.")
    return Answer(values, "\n".join(lines))


def classify(options: Namespace, progress: ProgressLine) -> Answer:
    """Genre probabilities of a song, or of many; with ``--report`` also as a file, of several runs."""
    from core.cli.classify_answer import hear_song, judge_song, write_report

    why, nearest, place = asks_why(options), asks_neighbours(options), report_place(options)
    many = is_many(options)
    if place is not None:
        require_one_song(options)
    elif many:
        if why or nearest:
            asked = "--neighbours is" if nearest else "--explain and --what-if are"
            raise ConfigError(f"{asked} for one song and one run. Name one sound file and one --run.")
        return Answer(*classify_many(options, progress))
    song = typed_path(options.paths[0], "a sound file")
    runs = [_finished(text) for text in dict.fromkeys(options.run)]
    if nearest and len(runs) > 1:
        raise ConfigError("--neighbours is for one song and one run. Name one --run.")
    heard, models = hear_song(song, runs, progress)
    found = [judge_song(heard, song, run, options, progress, model=models[run.id], why=why) for run in runs]
    values: dict[str, Any] = found[0].values if len(found) == 1 else {"runs": [one.values for one in found]}
    lines = [line for one in found for line in one.lines]
    if nearest:
        near, told = neighbours(heard, runs[0], options, progress, model=models[runs[0].id])
        values, lines = values | near, lines + told
    if place is not None:
        write_report(place, heard, song.name, found)
        values = values | {"report": str(place)}
        lines.append(f"report: {place}")
    return Answer(values, "\n".join(lines))
