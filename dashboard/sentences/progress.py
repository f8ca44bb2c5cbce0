"""How far a job, a training or the queue is, in one line."""

from collections.abc import Sequence

from core.jobs.progress import Progress
from core.jobs.waiting import Place
from core.runs.record import Run
from dashboard.sentences.wording import format_duration, format_plural, format_remaining


def progress_text(progress: Progress) -> str:
    """One line on where a job is."""
    parts = [progress.phase]
    if progress.detail:
        parts.append(progress.detail)
    elif progress.total >= 2:
        parts.append(f"{progress.done:.0f} of {progress.total:.0f}")
    if progress.remaining_s is not None:
        parts.append(f"about {format_duration(progress.remaining_s)} left")
    return " · ".join(parts)


def where_it_is(run: Run, progress: Progress | None) -> tuple[float, str]:
    """Share done, 0 to 1, and one line: phase, epoch, time left."""
    n_epochs = run.config.epochs
    if progress is None:
        return len(run.history) / n_epochs, f"Epoch {len(run.history):,} of {n_epochs:,} · training on another machine"
    parts = [progress.phase]
    if progress.phase == "Training":
        epoch = min(n_epochs, int(progress.fraction * n_epochs) + 1)
        parts.append(f"epoch {epoch} of {n_epochs:,}")
        if not progress.done and not run.config.is_classical:
            parts.append("first batch, which takes longest")
    elif progress.total >= 2:
        parts.append(f"{progress.done:.0f} of {progress.total:.0f} clips")
    if progress.remaining_s is not None:
        parts.append(format_remaining(progress.remaining_s))
    elif progress.phase != "Training" and progress.detail:
        parts.append(progress.detail)
    return progress.fraction, " · ".join(parts)


def badge_text(places: Sequence[Place]) -> str:
    """``Training: 1 running, 2 waiting``; empty where neither is."""
    counts = {state: sum(place.state == state for place in places) for state in ("running", "waiting")}
    told = ", ".join(f"{number} {state}" for state, number in counts.items() if number)
    return f"Training: {told}" if told else ""


def training_note(runs: Sequence[Run], finished: Sequence[Run], *, has_both: bool) -> str:
    """What trains or was trained, and what to train next, as a step of Overview says it.

    Parameters
    ----------
    runs : sequence of Run
        All.
    finished : sequence of Run
        Finished and trained here.
    has_both : bool
        Whether a CNN and an FFNN are among the finished.
    """
    if n_running := sum(run.status == "running" for run in runs):
        n_waiting = sum(run.status == "queued" for run in runs)
        waiting = f", {n_waiting} waiting" if n_waiting else ""
        return f"{format_plural(n_running, 'run')} in training now{waiting}."
    if has_both:
        return f"{format_plural(len(finished), 'finished run')}. Change the genres or the architecture and train again."
    if finished:
        kinds = {run.model_kind for run in finished}
        missing = " and ".join(name for kind, name in (("CNN", "a CNN"), ("FFNN", "an FFNN")) if kind not in kinds)
        return f"{format_plural(len(finished), 'finished run')}. Train {missing} on the same genres to compare."
    return "Train a CNN and an FFNN on the genres that you choose."
