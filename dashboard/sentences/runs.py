"""Runs in words: in lists and pickers, how they were trained, and where they have no curves."""

from collections.abc import Sequence

from core.experiments.aggregate import Spread
from core.experiments.groups import RunGroup, distinction
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from dashboard.sentences.results import result_word
from dashboard.sentences.shipped import shipped_mark
from dashboard.sentences.wording import (
    escape_markdown,
    format_duration,
    format_genres,
    format_interval,
    format_percent,
    format_plural,
    name_with_seed,
    weights_kept,
)


def option_label(run: Run) -> str:
    """A run in a list to choose from: ``CNN · blues, jazz · 62.5 % of 16 (39 to 82 %) · By clip · GTZAN · 1f3a9c``."""
    result: str = run.status
    if run.result:
        accuracy = f"{100 * run.result.accuracy:.1f} % of {run.result.n}"
        caution = f", {word}" if (word := result_word(run.result)) else ""
        result = f"{accuracy} ({format_interval(run.result.interval)}{caution}) · {run.config.split.title}"
    if run.config.corrected_labels:
        result += " · corrected labels"
    parts = (run.config.name, format_genres(run.config.genres, most=3), result, run.collection_title, run.id[:6])
    return " · ".join(parts) + shipped_mark(run)


def chip_label(run: Run) -> str:
    """``"Mine, seed 42, by artist (1f3a9c)"``: what tells runs apart in little space, nothing twice."""
    name = run.config.name
    further = [part for part in distinction(run.config, run.group_place).split(" · ") if part not in name]
    return ", ".join((name, *further)) + f" ({run.id[:6]})" + shipped_mark(run)


def not_deleted_words(reasons: Sequence[str], n: int) -> list[str]:
    """That some of ``n`` runs could not be deleted, and why, a line each, as plain text; empty where all could."""
    if not reasons:
        return []
    of = "" if n == 1 else f" of {n:,}"
    return [f"{len(reasons):,}{of} {'run' if n == 1 else 'runs'} could not be deleted.", *reasons]


def short_labels(runs: Sequence[Run]) -> dict[str, Run]:
    """Runs by their kind of model, and by their name where two are of one kind."""
    kinds = [run.model_kind for run in runs]
    return {
        run.model_kind if kinds.count(run.model_kind) == 1 else f"{run.config.name} ({run.id[:6]})": run for run in runs
    }


def title_of(config: TrainingConfig, place: str = "") -> str:
    """Name, genres, seed, split and place in its group of a training, in one line of Markdown."""
    return escape_markdown(f"{config.name} · {format_genres(config.genres)} · {distinction(config, place)}")


def group_label(group: RunGroup) -> str:
    """A group in a list to choose from: ``5 seeds of CNN · blues, jazz · 3 of 5 runs finished``."""
    done = f"{len(group.finished):,} of {format_plural(len(group.runs), 'run')} finished"
    return " · ".join((group.label, format_genres(group.runs[0].config.genres, most=3), done))


def spread_text(found: Spread) -> str:
    """``"61.0 ± 2.3 %"``, or the accuracy alone for a single run and where all runs reached the same."""
    if found.deviation is None or found.lowest == found.highest:
        return format_percent(found.mean)
    return f"{100 * found.mean:.1f} ± {100 * found.deviation:.1f} %"


def how_far(run: Run) -> str:
    """When a run that did not finish ended: ``after 3 of 40 epochs``."""
    if run.history:
        return f"after {len(run.history):,} of {format_plural(run.config.epochs, 'epoch')}"
    return "before its model was fitted" if run.config.is_classical else "before its first epoch ended"


def how_trained(run: Run) -> str:
    """How long it trained and which weights were kept, in a sentence."""
    took = f" in {format_duration(run.training_s)}" if run.training_s is not None else ""
    if run.config.is_classical:
        return f"Fitted in one step{took}."
    n_epochs = len(run.history)
    how = (
        f"Stopped early after {n_epochs} of {run.config.epochs} epochs{_why_stopped(run)}"
        if run.stopped_early
        else f"Trained {format_plural(n_epochs, 'epoch')}"
    )
    kept = f"; the weights of epoch {run.best_epoch} are kept" if run.best_epoch else ""
    if kept and chooses_epoch(run):
        kept += f" ({weights_kept(run.config).removeprefix('the epoch with the ')})"
    elif kept and run.config.train_on_validation:
        kept += ", the last one: the validation set was also used for training"
    return f"{how}{took}{kept}."


def _why_stopped(run: Run) -> str:
    return f" ({escape_markdown(run.stop_reason)})" if run.stop_reason else ""


def chooses_epoch(run: Run) -> bool:
    """Whether the validation part decides which epoch's weights are kept."""
    return weights_kept(run.config) not in ("", "the last epoch")


def curve_note(runs: Sequence[Run], by_epochs: Sequence[Run]) -> str:
    """Which curves are not there, and why; empty where all are."""
    notes = []
    whole = [run for run in by_epochs if all(record.val_loss is None for record in run.history)]
    if whole:
        names = ", ".join(escape_markdown(name_with_seed(run)) for run in whole)
        notes.append(f"No validation curves, since the validation set was used for training as well: {names}.")
    at_once = [run for run in runs if run.history and run not in by_epochs]
    if at_once:
        names = ", ".join(escape_markdown(name_with_seed(run)) for run in at_once)
        notes.append(f"No curves, since these models are fitted in one step: {names}.")
    return "  \n".join(notes)


def seconds_note(by_epochs: Sequence[Run]) -> str:
    """Of which curves the seconds are not those of each epoch, and which have none; empty where all are known."""
    without = [run for run in by_epochs if any(record.elapsed_s is None for record in run.history)]
    even = ", ".join(escape_markdown(name_with_seed(run)) for run in without if run.training_s is not None)
    unknown = ", ".join(escape_markdown(name_with_seed(run)) for run in without if run.training_s is None)
    notes = []
    if even:
        notes.append(f"The seconds of single epochs were not kept, so the training time is shared out evenly: {even}.")
    if unknown:
        notes.append(f"No seconds are known, so there is no curve: {unknown}.")
    return "  \n".join(notes)
