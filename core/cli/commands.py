"""The commands: each takes the parsed options and gives what ``--json`` prints and what people read."""

import signal
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.cli.console import ProgressLine, duration_text, table_text
from core.cli.lookup import find_collection, find_run, make_demo
from core.cli.queue_commands import change_queue, need_collection, queue_answer, run_search, search_spec
from core.cli.reproduce_command import run_reproduce
from core.cli.split_options import split_from_options
from core.collections.archives import is_archive_name
from core.collections.base import Collection
from core.collections.download import download_collection
from core.collections.feature_files import is_feature_file
from core.collections.feature_import import add_features, export_features, import_feature_path
from core.collections.imported import import_archive
from core.collections.registry import CollectionSummary, holdings, import_folder, list_collections
from core.errors import CollectionError, ConfigError, FeatureError, RunError
from core.features.frontends import FRONT_ENDS, FrontEnd
from core.jobs import Progress
from core.models.config import PRESETS, TrainingConfig
from core.runs.record import Run
from core.runs.store import get_run


@dataclass(frozen=True)
class Answer:
    """What a command found: plain values, the same for people, and the exit code."""

    values: Any
    text: str
    code: int = 0


def run_command(options: Namespace, progress: ProgressLine) -> Answer:
    """Do the command that was asked for."""
    commands: dict[str, Callable[[Namespace, ProgressLine], Answer]] = {
        "collections": collections,
        "extract": extract,
        "train": train,
        "search": search,
        "queue": queue,
        "evaluate": evaluate,
        "classify": classify,
        "reproduce": reproduce,
    }
    return commands[options.command](options, progress)


def reproduce(options: Namespace, progress: ProgressLine) -> Answer:
    """Make the stated accuracy figures again."""
    return Answer(*run_reproduce(options, progress))


def collections(options: Namespace, progress: ProgressLine) -> Answer:
    """List the collections, import or fetch one, make the demo, or export features."""
    if options.title is not None and options.import_path is None:
        raise ConfigError("--title goes with --import.")
    if options.export_features is not None:
        return _exported(options, progress)
    if options.into is not None:
        return _added(options, progress)
    if options.out is not None or options.front_end is not None:
        raise ConfigError("--front-end and --out go with --export-features.")
    if options.import_path is not None:
        return _one_collection(_imported(Path(options.import_path).expanduser(), options.title, progress))
    if options.get is not None:
        return _one_collection(_complete(download_collection(options.get, progress.reporter())))
    if options.demo:
        return _one_collection(make_demo(progress))
    summaries = list_collections()
    rows = [
        (summary.id, summary.n_clips, len(summary.genres), summary.n_skipped, summary.holds, summary.title)
        if summary.ready
        else (summary.id, "-", len(summary.genres), "-", "-", summary.title if summary.problem else _unmade(summary))
        for summary in summaries
    ]
    text = table_text(("id", "clips", "genres", "skipped", "holds", "title"), rows)
    text = "\n".join([text, *(f"{summary.id}: {summary.problem}" for summary in summaries if summary.problem)])
    return Answer([asdict(summary) for summary in summaries], text)


def _unmade(summary: CollectionSummary) -> str:
    return f"{summary.title}, not made yet"


def _exported(options: Namespace, progress: ProgressLine) -> Answer:
    if options.out is None:
        raise ConfigError("--export-features needs --out FILE.npz.")
    collection = find_collection(options.export_features, progress)
    front_end = _front_end(collection, options.front_end)
    path = Path(options.out).expanduser()
    n_clips = export_features(collection, front_end, path)
    values = {"file": str(path), "collection": collection.id, "front_end": front_end.to_dict(), "n_clips": n_clips}
    return Answer(values, f"{path}: {front_end.title} of {n_clips} clips of {collection.title}")


def _added(options: Namespace, progress: ProgressLine) -> Answer:
    if options.import_path is None or options.title is not None:
        raise ConfigError("--into goes with --import FILE, and not with --title.")
    collection = find_collection(options.into, progress)
    return _one_collection(add_features(collection, Path(options.import_path).expanduser()))


def _imported(path: Path, title: str | None, progress: ProgressLine) -> Collection:
    if path.is_file() and is_feature_file(path.name):
        return import_feature_path(path, title=title)
    if path.is_file() and is_archive_name(path.name):
        return _complete(import_archive(path, title=title, reporter=progress.reporter()))
    return import_folder(path, title=title)


def _complete(collection: Collection | None) -> Collection:
    if collection is None:
        raise CollectionError("It was stopped before the collection was complete.")
    return collection


def _one_collection(collection: Collection) -> Answer:
    skipped = [asdict(file) for file in collection.skipped]
    values = {
        "id": collection.id,
        "title": collection.title,
        "kind": collection.kind,
        "n_clips": len(collection.clips),
        "counts": collection.counts,
        "source": collection.source,
        "licence": collection.licence,
        "synthetic": collection.synthetic,
        "fingerprint": collection.fingerprint,
        "skipped": skipped,
    }
    values["front_ends"] = [front_end.to_dict() for front_end in collection.front_ends]
    counts = ", ".join(f"{genre} {n}" for genre, n in collection.counts.items())
    lines = [f"{collection.title} ({collection.id}): {len(collection.clips)} clips", counts]
    if not collection.has_audio:
        titles = ", ".join(front_end.title for front_end in collection.front_ends)
        lines.append(f"no audio; it has {holdings(collection)}: {titles}")
    lines += [f"skipped {file.name}: {file.reason}" for file in collection.skipped]
    return Answer(values, "\n".join(lines))


def _front_ends(choice: str) -> list[FrontEnd]:
    kinds = ("mel", "numeric16") if choice == "both" else (choice,)
    return [FRONT_ENDS[kind]() for kind in kinds]


def _front_end(collection: Collection, kind: str | None) -> FrontEnd:
    """The front end of that kind as the collection has it; where none is named, its own, else the mel spectrogram."""
    for front_end in collection.front_ends:
        if kind in (None, front_end.kind):
            return front_end
    if kind is not None and kind not in FRONT_ENDS:
        raise FeatureError(
            f"{collection.title} has no features of the kind {kind}, which cannot be computed from audio."
        )
    front_end = FRONT_ENDS[kind or "mel"]()
    collection.require_front_ends([front_end])
    return front_end


def extract(options: Namespace, progress: ProgressLine) -> Answer:
    """Compute what is missing of the features of a collection."""
    from core.features import extraction

    collection = find_collection(options.collection, progress)
    front_ends = _front_ends(options.front_end) if collection.has_audio else list(collection.front_ends)
    if options.front_end != "both":
        front_ends = [_front_end(collection, options.front_end)]
    report = extraction.extract(collection, front_ends, reporter=progress.reporter(), dask_address=options.dask)
    values = {
        "collection": collection.id,
        "front_ends": [front_end.identity for front_end in front_ends],
        **asdict(report),
    }
    lines = [f"{collection.title}: {report.n_extracted} clips analysed, {report.n_present} were there already"]
    lines += [f"failed {name}: {reason}" for name, reason in report.failures.items()]
    return Answer(values, "\n".join(lines))


def train(options: Namespace, progress: ProgressLine) -> Answer:
    """Train a model in this process, or put it into the queue."""
    from core.training.launch import start_training, train_here

    config = _training_config(options, progress)
    if options.queue:
        run = get_run(start_training(config))
        return Answer(run_values(run), f"{run.label}: {run.status}")
    with _stop_on_interrupt() as watch:
        run = train_here(config, on_update=lambda now: watch(now, progress), stop=watch.asked)
    return Answer(run_values(run), run_text(run), code=0 if run.status == "finished" else 1)


def search(options: Namespace, progress: ProgressLine) -> Answer:
    """Search for good settings, or go on with a search."""
    if options.resume is not None:
        return Answer(*run_search(None, options.resume, progress))
    need_collection(options)
    spec = search_spec(options, _training_config(options, progress))
    values, text = run_search(spec, None, progress)
    return Answer(values, text, code=0 if values["best"] else 1)


def queue(options: Namespace, progress: ProgressLine) -> Answer:
    """List or change the queue of trainings."""
    change_queue(options)
    return Answer(*queue_answer())


def _training_config(options: Namespace, progress: ProgressLine) -> TrainingConfig:
    """The training that the options describe."""
    collection = find_collection(options.collection, progress)
    genres = collection.genres if options.genres is None else _listed_genres(options.genres)
    given = {
        "name": options.name,
        "epochs": options.epochs,
        "batch_size": options.batch_size,
        "learning_rate": options.learning_rate,
        "patience": options.patience,
        "seed": options.seed,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    changes["front_end"] = _front_end(collection, options.front_end)
    changes["split"] = split_from_options(options, collection)
    collection.subset(genres)  # says which genre is unknown before anything else
    return PRESETS[options.preset].configure(collection.id, genres, **changes)


def _listed_genres(text: str) -> tuple[str, ...]:
    genres = tuple(name.strip() for name in text.split(",") if name.strip())
    if len(set(genres)) < len(genres):
        raise ConfigError(f"--genres names a genre twice: {text}.")
    return genres


class _Watch:
    """Turns the first Ctrl-C of a training into a stop that keeps the best weights."""

    def __init__(self) -> None:
        self._training = False
        self._asked = False

    def __call__(self, now: Progress, progress: ProgressLine) -> None:
        self._training = now.phase == "Training" and not now.ended
        progress(now)

    def asked(self) -> bool:
        return self._asked

    def interrupt(self, *_: object) -> None:
        if self._asked or not self._training:
            raise KeyboardInterrupt
        self._asked = True


@contextmanager
def _stop_on_interrupt() -> Iterator[_Watch]:
    watch = _Watch()
    try:
        before = signal.signal(signal.SIGINT, watch.interrupt)
    except ValueError:  # not the main thread: no Ctrl-C arrives here
        yield watch
        return
    try:
        yield watch
    finally:
        signal.signal(signal.SIGINT, before)


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
        "genres": list(run.config.genres),
        "seed": run.config.seed,
        "test_accuracy": None if result is None else result.accuracy,
        "n": None if result is None else result.n,
        "n_correct": None if result is None else result.n_correct,
        "interval": None if result is None else list(result.interval),
        "chance": None if result is None else result.chance,
        "protocol": None if result is None else result.protocol,
        "n_parameters": run.n_parameters,
        "training_s": run.training_s,
        "best_epoch": run.best_epoch,
        "stopped_early": run.stopped_early,
        "split_sizes": run.split_sizes,
        "error": run.error,
    }


def run_text(run: Run) -> str:
    """A run for people."""
    unsaid = run.synthetic and "synthetic" not in run.collection_title.lower()
    lines = [f"{run.config.name} on {run.collection_title}{' (synthetic)' if unsaid else ''}, run {run.id}"]
    lines += ["comes with Genre Lab"] if run.shipped else []
    if run.result is None:
        return "\n".join([*lines, f"{run.status}: {run.error}"])
    low, high = run.result.interval
    lines += [
        f"test accuracy {run.result.accuracy:.1%} ({run.result.n_correct} of {run.result.n}; 95 % interval "
        f"{low:.1%} to {high:.1%}; chance {run.result.chance:.1%})",
        f"split {run.result.protocol}",
        f"{run.n_parameters:,} parameters, trained in {duration_text(run.training_s or 0)}"
        + (f", weights of epoch {run.best_epoch} of {len(run.history)}" if run.best_epoch else "")
        + (", stopped early" if run.stopped_early else ""),
    ]
    return "\n".join(lines)


def _finished(text: str) -> Run:
    run = find_run(text)
    if run.status != "finished":
        raise RunError(f"Run {run.id[:6]} is {run.status}: it has no results. Choose a finished run.")
    return run


def evaluate(options: Namespace, progress: ProgressLine) -> Answer:
    """Test result of a finished run, from the probabilities that it keeps."""
    from core.evaluation.compare import compare_runs
    from core.evaluation.metrics import confusion_matrix, recall_by_genre, validate_predictions
    from core.runs.store import load_predictions

    run = _finished(options.run)
    predictions = load_predictions(run.id)
    validate_predictions(predictions)
    matrix, recall = confusion_matrix(predictions), recall_by_genre(predictions)
    values = run_values(run) | {
        "recall_by_genre": recall.astype(object).where(recall.notna(), None).to_dict("records"),
        "confusion": {"genres": list(predictions.genres), "counts": matrix.to_numpy().tolist()},
    }
    rows = [
        (row.genre, row.n, row.n_correct, f"{row.recall:.0%}" if row.n else "-", *matrix.loc[str(row.genre)])
        for row in recall.itertuples()
    ]
    header = ("actual", "n", "right", "recall", *predictions.genres)
    lines = [run_text(run), "", table_text(header, rows)]
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
            f"against {other.label}: accuracy {paired.accuracy_difference:+.1%}; only this right {paired.n_only_a}, "
            f"only the other {paired.n_only_b}, both {paired.n_both}, neither {paired.n_neither}; "
            f"McNemar p = {paired.p_value:.3g}",
        ]
    return Answer(values, "\n".join(lines))


def classify(options: Namespace, progress: ProgressLine) -> Answer:
    """Genre probabilities of a song."""
    from core.classification import classify_song

    song = Path(options.song).expanduser()
    run = _finished(options.run)
    verdict = classify_song(song, run.id)
    values = {
        "song": str(song),
        "run_id": run.id,
        "genre": verdict.genre,
        "duration_s": verdict.duration_s,
        "probabilities": dict(zip(verdict.genres, verdict.probabilities, strict=True)),
        "windows": [
            {
                "start_s": window.start_s,
                "end_s": window.end_s,
                "probabilities": dict(zip(verdict.genres, window.probabilities, strict=True)),
            }
            for window in verdict.windows
        ],
        "warning": verdict.warning,
        "synthetic": run.synthetic,
    }
    overall = table_text(("genre", "probability"), [(genre, f"{p:.1%}") for genre, p in verdict.ranked])
    header = ("from s", "to s", *verdict.genres)
    rows = [
        (f"{window.start_s:.1f}", f"{window.end_s:.1f}", *(f"{p:.0%}" for p in window.probabilities))
        for window in verdict.windows
    ]
    lines = [f"{song.name}: {verdict.genre}", overall, "", table_text(header, rows)]
    if run.synthetic:
        lines.append("The run was trained on synthetic music.")
    if verdict.warning:
        lines.append(verdict.warning)
    return Answer(values, "\n".join(lines))
