"""A run while it trains and after: phase, epochs, curves, Stop, result, or what went wrong."""

from collections.abc import Callable

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.metrics import wilson_interval
from core.jobs import Progress, read_log
from core.runs.record import Run
from core.training.launch import job_id_of_run, stop_training, training_progress
from dashboard import navigation, services
from dashboard.charts.curves import history_table, training_curves
from dashboard.palette import MODEL_COLORS
from dashboard.state import chart_theme
from dashboard.widgets.run_picker import accuracy_header, run_badges, run_facts
from dashboard.wording import (
    escape_markdown,
    format_duration,
    format_genres,
    format_interval,
    format_percent,
    format_plural,
    format_remaining,
)

POLL_S = 1.0
LIST_POLL_S = 3.0


def show_run(run: Run, *, on_reuse: Callable[[Run], None]) -> None:
    """The run in view: redrawn every second while it trains.

    Parameters
    ----------
    run : Run
    on_reuse : callable
        Called with the run when its settings are to be put into the form.
    """
    st.subheader(escape_markdown(run.config.name), anchor=False)
    run_badges(run)
    run_facts(run)
    if run.status == "running":
        st.fragment(_watch, run_every=POLL_S)(run.id)
        return
    if run.status == "finished":
        _finished(run)
    else:
        _ended_badly(run)
    curves(run)
    settings(run, on_reuse=on_reuse)


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
    st.progress(fraction, text=text)
    _live_figures(run)
    _stop_button(run)
    curves(run)


def where_it_is(run: Run, progress: Progress | None) -> tuple[float, str]:
    """Share done, 0 to 1, and one line: phase, epoch, time left."""
    n_epochs = run.config.epochs
    if progress is None:
        return len(run.history) / n_epochs, f"Epoch {len(run.history)} of {n_epochs} · training on another machine"
    parts = [progress.phase]
    if progress.phase == "Training":
        epoch = min(n_epochs, int(progress.fraction * n_epochs) + 1)
        parts.append(f"epoch {epoch} of {n_epochs}")
    elif progress.total >= 2:
        parts.append(f"{progress.done:.0f} of {progress.total:.0f} clips")
    if progress.remaining_s is not None:
        parts.append(format_remaining(progress.remaining_s))
    elif progress.phase != "Training" and progress.detail:
        parts.append(progress.detail)
    return progress.fraction, " · ".join(parts)


def _live_figures(run: Run) -> None:
    last = run.history[-1] if run.history else None
    best = min(run.history, key=lambda record: record.val_loss) if run.history else None
    epochs, accuracy, validation, kept = st.columns(4)
    epochs.metric("Epochs done", f"{len(run.history)} of {run.config.epochs}", border=True)
    accuracy.metric(
        "Training accuracy",
        format_percent(last.accuracy) if last else "–",
        border=True,
        help="Share of the training clips judged rightly in the last epoch.",
    )
    validation.metric(
        "Validation accuracy",
        format_percent(last.val_accuracy) if last else "–",
        border=True,
        help="Share of the validation clips judged rightly after the last epoch. The model does not learn from these.",
    )
    kept.metric(
        "Best epoch",
        str(best.epoch) if best else "–",
        border=True,
        help="The epoch with the lowest validation loss so far: its weights are kept.",
    )
    if last is not None and (n := run.split_sizes.get("validation")):
        interval = format_interval(wilson_interval(round(last.val_accuracy * n), n))
        st.caption(
            f"Validation: {format_plural(n, 'clip')}, 95 % interval {interval}. "
            "The test clips are looked at once, after the last epoch."
        )


def _stop_button(run: Run) -> None:
    asked, stopping = f"train:stop-asked:{run.id}", f"train:stopping:{run.id}"

    def ask(answer: bool) -> None:
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
        text = "Stopping after this batch; then the best weights are tested and saved."
        st.info(text, icon=":material/hourglass_top:")
        return
    if refused:
        st.error(refused, icon=":material/error:")
    if not st.session_state.get(asked):
        st.button("Stop", key=f"stop:{run.id}", icon=":material/stop_circle:", on_click=ask, args=(True,))
        return
    with st.container(border=True):
        st.markdown(
            "**Stop this training?** It ends after the batch in hand. The weights of the best epoch so far (lowest "
            "validation loss) are kept, tested and saved, so the run can be compared and used. It cannot be continued."
        )
        with st.container(horizontal=True):
            st.button("Stop and keep the best weights", key=f"stop-now:{run.id}", type="primary", on_click=stop)
            st.button("Keep training", key=f"stop-not:{run.id}", on_click=ask, args=(False,))


def curves(run: Run) -> None:
    """Accuracy and loss of one run by epoch."""
    if not run.history:
        st.caption("The curves appear after the first epoch.")
        return
    table = history_table({run.label: run.history})
    best = run.best_epoch or min(run.history, key=lambda record: record.val_loss).epoch
    n_epochs = run.config.epochs if run.status == "running" else len(run.history)
    for column, measure in zip(st.columns(2), ("accuracy", "loss"), strict=True):
        chart = training_curves(
            table,
            measure=measure,  # type: ignore[arg-type]
            colors={run.label: MODEL_COLORS[run.model_kind]},
            n_epochs=n_epochs,
            best_epoch=best,
            theme=chart_theme(),
        )
        column.altair_chart(
            chart,
            key=f"curve:{run.id}:{measure}",
            alt=f"{measure.capitalize()} by epoch of {run.label}, training and validation part",
        )


def _finished(run: Run) -> None:
    accuracy_header(run)
    epochs = f"{len(run.history)} of {run.config.epochs} epochs"
    how = f"Ended early after {epochs}" if run.stopped_early else f"Trained {len(run.history)} epochs"
    took = f" in {format_duration(run.training_s)}" if run.training_s is not None else ""
    kept = f"; the weights of epoch {run.best_epoch} are kept (lowest validation loss)" if run.best_epoch else ""
    st.caption(f"{how}{took}{kept}.")
    with st.container(horizontal=True):
        navigation.page_link("confusion", "Hear its mistakes", query={"run": run.id})
        navigation.page_link("compare", "Compare with other runs", query={"runs": run.id})
        navigation.page_link("classify", "Classify a song with it", query={"runs": run.id})


def _ended_badly(run: Run) -> None:
    if run.status == "failed":
        st.error(f"The training failed. {escape_markdown(run.error)}", icon=":material/error:")
    else:
        st.warning(
            f"The training was interrupted after {len(run.history)} of {run.config.epochs} epochs. "
            "Start it again with the same settings: the same seed gives the same run.",
            icon=":material/warning:",
        )
        if run.error:
            st.caption(escape_markdown(run.error))
    if log := read_log(job_id_of_run(run.id), max_bytes=20_000).strip():
        with st.expander("Log of the training process", icon=":material/terminal:"):
            st.code(log, language=None)


def settings(run: Run, *, on_reuse: Callable[[Run], None]) -> None:
    """Everything that decided the run, and a button that puts it into the form."""
    config = run.config
    with st.expander("Settings", icon=":material/tune:"):
        values = {
            "Collection": escape_markdown(run.collection_title),
            "Genres": escape_markdown(format_genres(config.genres, most=40)),
            "Input": f"{config.front_end.title}, {config.front_end.shape[0]} × {config.front_end.shape[1]}",
            "Model": ", ".join(f"{name} {value}" for name, value in config.to_dict()["model"].items()),
            "Epochs": str(config.epochs),
            "Patience": "none" if config.patience is None else f"{config.patience} epochs",
            "Batch": f"{config.batch_size} clips",
            "Learning rate": f"{config.learning_rate:g} (Adam)",
            "Seed": str(config.seed),
            "Parts": ", ".join(f"{size} {part}" for part, size in run.split_sizes.items()) or "not divided yet",
            "Versions": ", ".join(f"{name} {version}" for name, version in run.versions.items()),
            "Run": run.id,
        }
        st.table(values, border="horizontal")
        st.button(
            "Use these settings again",
            key=f"reuse:{run.id}",
            icon=":material/content_copy:",
            on_click=on_reuse,
            args=(run,),
        )


def training_now(runs: tuple[Run, ...], *, in_view: str | None) -> None:
    """The trainings under way on this server, so that whoever comes back finds theirs."""
    others = [run for run in runs if run.status == "running" and run.id != in_view]
    if others:
        st.fragment(_list_running, run_every=LIST_POLL_S)(tuple(run.id for run in others))


def _list_running(run_ids: tuple[str, ...]) -> None:
    with st.container(border=True):
        st.markdown("**Training now**")
        for run_id in run_ids:
            try:
                run = services.run(run_id)
                fraction, text = where_it_is(run, training_progress(run_id))
            except GenreLabError:
                st.rerun()
            if run.status != "running":
                st.rerun()
            name, bar, link = st.columns([3, 4, 1], vertical_alignment="center")
            title = f"{run.config.name} · {format_genres(run.config.genres)} · seed {run.config.seed}"
            name.markdown(escape_markdown(title))
            bar.progress(fraction, text=text)
            with link:
                navigation.page_link("train", "Watch", query={"run": run.id})
