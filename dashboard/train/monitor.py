"""A run while it trains and after: phase, epochs, curves, Stop, result, or what went wrong."""

from collections.abc import Callable

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.metrics import wilson_interval
from core.jobs.folder import read_log
from core.queue.launch import training_progress
from core.queue.record import places
from core.runs.liveness import job_id_of_run
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.changes.queue import keep_moving, move
from dashboard.changes.trainings import delete_run, drop_run, stop_training
from dashboard.charts.runs.curves import history_table, training_curves
from dashboard.charts.style.palette import model_color
from dashboard.sentences.progress import where_it_is
from dashboard.sentences.runs import chooses_epoch, how_far, how_trained
from dashboard.sentences.wording import (
    escape_markdown,
    format_genres,
    format_interval,
    format_percent,
    format_plural,
    weights_kept,
)
from dashboard.shared.beyond_chance import beyond_chance
from dashboard.shared.changing import change_button
from dashboard.shared.run_actions import PROBLEM, attempt, resume_button, run_again_button, show_problem
from dashboard.shared.run_picker import accuracy_header, run_badges, run_facts
from dashboard.shared.take_away import take_away_button
from dashboard.state import chart_theme

POLL_S = 1.0
WAITING_POLL_S = 2.0
_OPTIMISERS = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD"}


def show_run(run: Run, *, on_reuse: Callable[[Run], None], on_deleted: Callable[[], None]) -> None:
    """The run in view: redrawn every second while it trains.

    Parameters
    ----------
    run : Run
    on_reuse : callable
        Called with the run when its settings are to be put into the form.
    on_deleted : callable
        Called when the run was deleted here.
    """
    st.header(escape_markdown(run.config.name), anchor=False)
    run_badges(run)
    run_facts(run)
    show_problem()
    if run.status == "queued":
        st.fragment(_wait, run_every=WAITING_POLL_S)(run.id)
        settings(run, on_reuse=on_reuse)
        return
    if run.status == "running":
        st.fragment(_watch, run_every=POLL_S)(run.id)
        return
    if run.status == "finished":
        _finished(run)
    else:
        _ended_badly(run)
    curves(run)
    settings(run, on_reuse=on_reuse, on_deleted=on_deleted)


def _watch(run_id: str) -> None:
    try:
        run = services.run(run_id)
        progress = training_progress(run_id)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    if run.status != "running":
        st.rerun()
    fraction, text = where_it_is(run, progress)
    st.progress(fraction, text=escape_markdown(text))
    _live_figures(run)
    _stop_button(run)
    curves(run)


def _wait(run_id: str) -> None:
    """A run whose turn has not come."""
    try:
        keep_moving()
        run = services.run(run_id)
        waiting = [place.entry for place in places() if place.state == "waiting"]
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    if run.status != "queued":
        st.rerun()
    position = next((number for number, entry in enumerate(waiting, start=1) if entry.run_id == run_id), None)
    turn = "" if position is None else f"Number {position} of {len(waiting):,} waiting. "
    st.info(f"{turn}It starts automatically when its turn comes, even with no page open.", icon=":material/schedule:")
    with st.container(horizontal=True):
        if position is not None and position > 1:
            first = (move, job_id_of_run(run_id), "first")
            change_button(
                "Start next", key=f"first:{run_id}", icon=":material/vertical_align_top:", on_click=attempt, args=first
            )
        change_button(
            "Remove from the queue",
            key=f"drop:{run_id}",
            icon=":material/close:",
            on_click=attempt,
            args=(drop_run, run_id),
        )
        navigation.page_link("train", "See the queue", query={"view": "Queue"})


def _best_so_far(run: Run) -> int | None:
    """Epoch with the lowest validation loss; None before the first, and where there is no validation."""
    validated = [record for record in run.history if record.val_loss is not None]
    return min(validated, key=lambda record: record.val_loss or 0.0).epoch if validated else None


def _live_figures(run: Run) -> None:
    if run.config.is_classical:
        return
    last = run.history[-1] if run.history else None
    best = _best_so_far(run)
    epochs, accuracy, validation, kept = st.columns(4)
    epochs.metric("Epochs done", f"{len(run.history):,} of {run.config.epochs:,}", border=True)
    accuracy.metric(
        "Training accuracy",
        format_percent(last.accuracy) if last else "–",
        border=True,
        help="Share of the training clips classified correctly in the last epoch.",
    )
    validation.metric(
        "Validation accuracy",
        format_percent(last.val_accuracy) if last and last.val_accuracy is not None else "–",
        border=True,
        help=(
            "Share of the validation clips classified correctly after the last epoch. These are not used for training."
        ),
    )
    if chooses_epoch(run):
        kept.metric(
            "Best epoch",
            str(best) if best else "–",
            border=True,
            help=f"{weights_kept(run.config).capitalize()} so far: its weights are kept.",
        )
    else:
        kept.metric("Weights kept", "Last epoch", border=True, help="No epoch is chosen: training runs to the end.")
    if last is not None and last.val_accuracy is not None and (n := run.split_sizes.get("validation")):
        interval = format_interval(wilson_interval(round(last.val_accuracy * n), n))
        st.caption(
            f"Validation: {format_plural(n, 'clip')}, 95 % interval {interval}. "
            "The test clips are used once, after the last epoch."
        )


def _stop_button(run: Run) -> None:
    asked, stopping = f"train:stop-asked:{run.id}", f"train:stopping:{run.id}"

    def ask(*, answer: bool) -> None:
        st.session_state[asked] = answer

    def stop() -> None:
        try:
            stop_training(run.id)
        except GenreLabError as error:
            st.session_state[stopping] = str(error)
        else:
            st.session_state[stopping] = ""

    refused: str | None = st.session_state.get(stopping)
    if refused == "":
        text = "Stopping after this batch; then the weights kept are tested and saved."
        st.info(text, icon=":material/hourglass_top:")
        return
    if refused:
        st.error(escape_markdown(refused), icon=":material/error:")
    if not st.session_state.get(asked):
        change_button(
            "Stop", key=f"stop:{run.id}", icon=":material/stop_circle:", on_click=ask, kwargs={"answer": True}
        )
        return
    measure = weights_kept(run.config).removeprefix("the epoch with the ")
    best, chosen_by = ("the best epoch", f" ({measure})") if chooses_epoch(run) else ("the last complete epoch", "")
    with st.container(border=True):
        st.markdown(
            f"**Stop this training?** Training stops after the current batch. The weights of {best} so "
            f"far{chosen_by} are kept, tested and saved, so the run can be compared and used. A stopped run cannot "
            "be resumed."
        )
        with st.container(horizontal=True):
            label = f"Stop and keep the {'best' if chooses_epoch(run) else 'last'} weights"
            change_button(label, key=f"stop-now:{run.id}", type="primary", on_click=stop)
            st.button("Keep training", key=f"stop-not:{run.id}", on_click=ask, kwargs={"answer": False})


def curves(run: Run) -> None:
    """Accuracy and loss of one run by epoch; nothing for a model that is fitted in one go."""
    if run.config.is_classical:
        return
    if not run.history:
        if run.status in ("running", "queued"):
            st.caption("The curves appear after the first epoch.")
        return
    table = history_table({run.label: run.history})
    best = (run.best_epoch or _best_so_far(run)) if chooses_epoch(run) else None
    n_epochs = run.config.epochs if run.status == "running" else len(run.history)
    for column, measure in zip(st.columns(2), ("accuracy", "loss"), strict=True):
        chart = training_curves(
            table,
            measure=measure,  # type: ignore[arg-type]
            colors={run.label: model_color(run.model_kind)},
            n_epochs=n_epochs,
            best_epoch=best,
            theme=chart_theme(),
        )
        column.altair_chart(
            chart,
            key=f"curve:{run.id}:{measure}",
            alt=f"{measure.capitalize()} by epoch of {run.label}, "
            + ("training set" if run.config.train_on_validation else "training and validation set"),
        )


def _finished(run: Run) -> None:
    accuracy_header(run)
    beyond_chance(run)
    st.caption(how_trained(run))
    with st.container(horizontal=True):
        navigation.page_link("confusion", "Hear its mistakes", query={"run": run.id})
        navigation.page_link("compare", "Compare with other runs", query={"runs": run.id})
        navigation.page_link("classify", "Classify a song with it", query={"runs": run.id})


def _ended_badly(run: Run) -> None:
    if run.status == "failed":
        st.error(f"The training failed. {escape_markdown(run.error)}", icon=":material/error:")
    else:
        st.warning(f"The training was interrupted {how_far(run)}.", icon=":material/warning:")
        if run.error:
            st.caption(escape_markdown(run.error))
    resume_button(run, key="train")
    if log := read_log(job_id_of_run(run.id), max_bytes=20_000).strip():
        with st.expander("Log of the training process", icon=":material/terminal:"):
            st.code(log, language=None)


def _deletion(run: Run, on_deleted: Callable[[], None]) -> None:
    def delete() -> None:
        try:
            delete_run(run.id)
        except GenreLabError as error:
            st.session_state[PROBLEM] = str(error)
        else:
            on_deleted()

    with st.popover("Delete…", icon=":material/delete:", key=f"delete-asked:{run.id}"):
        st.markdown(
            f"Permanently delete {escape_markdown(run.config.name)}, with model, curves and test predictions? It is "
            "deleted for all users of this server."
        )
        change_button("Delete the run", key=f"delete:{run.id}", type="primary", on_click=delete)


def settings(run: Run, *, on_reuse: Callable[[Run], None], on_deleted: Callable[[], None] | None = None) -> None:
    """Everything that decided the run, and a button that puts it into the form."""
    config = run.config
    with st.expander("Settings", icon=":material/tune:"):
        values = {
            "Collection": run.collection_title,
            "Genres": format_genres(config.genres, most=40),
            "Input": f"{config.front_end.title}, {config.front_end.shape[0]} × {config.front_end.shape[1]}",
            "Model": ", ".join(f"{name} {value}" for name, value in config.to_dict()["model"].items()),
            "Epochs": str(config.epochs),
            "Patience": "none" if config.patience is None else f"{config.patience} epochs",
            "Batch": f"{config.batch_size} clips",
            "Learning rate": f"{config.learning_rate:g} ({_OPTIMISERS[config.optimisation.optimiser]})",
            "Seed": str(config.seed),
            "Parts": ", ".join(f"{size} {part}" for part, size in run.split_sizes.items()) or "not split yet",
            "Versions": ", ".join(f"{name} {version}" for name, version in run.versions.items()),
            "Run": run.id,
        }
        st.table({name: escape_markdown(value) for name, value in values.items()}, border="horizontal")
    with st.container(horizontal=True):
        if run.status not in ("running", "queued"):
            run_again_button(run, key="train")
        st.button(
            "Edit and run",
            key=f"reuse:{run.id}",
            icon=":material/edit:",
            help="Opens the form with the settings of this run.",
            on_click=on_reuse,
            args=(run,),
        )
        if run.status == "finished":
            take_away_button(run, label="Take the model away", key="train")
        if on_deleted is not None and run.status not in ("running", "queued") and not run.shipped:
            _deletion(run, on_deleted)
