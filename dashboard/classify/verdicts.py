"""What the chosen runs say of a song: verdicts side by side, through time, and as a table."""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import streamlit as st

from core.ears.weights import why_missing
from core.errors import AudioError, GenreLabError
from core.evaluation.calibration import (
    Calibration,
    calibration_text,
    measure_calibration,
    temperature_text,
    unused_text,
)
from core.evaluation.caution import FEWEST_TEST_CLIPS
from core.features.base import AudioFrontEnd
from core.prediction.judge import appoint_judge
from core.prediction.song import HeardSong, SongVerdict
from core.runs.comparing import best_comparison, best_first, is_telling
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.charts.runs.spread import spread_chart
from dashboard.charts.runs.timeline import probability_timeline, timeline_table
from dashboard.classify.hearing import heard_song
from dashboard.classify.reasons import forget_reasons, shown_progress
from dashboard.classify.songs import Song, verdicts_as_dict
from dashboard.classify.tags import ears_wanted
from dashboard.classify.upload import verdict_cache
from dashboard.classify.warming import is_loaded
from dashboard.sentences.results import result_caution
from dashboard.sentences.runs import option_label
from dashboard.sentences.song import verdict_sentence, windows_note
from dashboard.sentences.wording import (
    escape_markdown,
    format_genres,
    format_interval,
    format_percent,
    format_plural,
    name_with_seed,
)
from dashboard.shared.downloads import table_download
from dashboard.shared.feedback import empty_state, synthetic_badge
from dashboard.shared.run_picker import finished_runs, no_runs, query_runs, run_in_view, set_query_runs
from dashboard.shared.shipped_runs import shipped_badge
from dashboard.state import chart_theme
from dashboard.tables.song import probability_frame, spread_table, window_table

MAX_RUNS = 4
_N_DEFAULT = 3
"""A fourth is left for a run that was opened elsewhere."""
_PAGE, _PICKER = "classify", "classify:chosen"


def default_runs(runs: Sequence[Run]) -> list[str]:
    """The runs that answer where nobody has chosen: those that come with Genre Lab, then own ones, the best first.

    Never one that was tested on fewer than `FEWEST_TEST_CLIPS` clips, unless there is no other: then the best CNN and
    FFNN, or the best run. One in view elsewhere comes in addition.

    Parameters
    ----------
    runs : sequence of Run
        Finished, able to hear.
    """
    telling = sorted((run for run in runs if is_telling(run)), key=_standing)
    chosen = [run.id for run in telling[:_N_DEFAULT]]
    if (opened := run_in_view(telling)) is not None and opened.id not in chosen:
        chosen.append(opened.id)
    if chosen:
        return chosen
    best = best_comparison(runs)
    return [best.cnn.id, best.ffnn.id] if best is not None else [run.id for run in best_first(runs)[:1]]


def _standing(run: Run) -> tuple[object, ...]:
    assert run.result is not None
    return not run.shipped, run.synthetic, -run.result.accuracy


def can_hear(run: Run) -> bool:
    """Whether what the model sees can be computed from a song, and on this machine."""
    return all(
        isinstance(front_end, AudioFrontEnd) and not front_end.why_not_here for front_end in run.config.front_ends
    )


def pick_runs(runs: Sequence[Run]) -> dict[str, Run]:
    """Runs that are to answer, by their id; empty, with the reason said, when there is none."""
    finished = finished_runs(runs)
    if not finished:
        no_runs(runs)
        return {}
    able = {run.id: run for run in finished if can_hear(run)}
    if not able:
        empty_state(
            "No run can classify a song",
            "All finished runs were trained on pre-computed features that cannot be computed from sound. Train one "
            "on a collection with audio.",
            page="train",
            label="Train a model",
        )
        return {}
    chosen = query_runs(
        list(able), default_runs(list(able.values())), page=_PAGE, what="runs that are not here, or cannot hear a song"
    )
    st.session_state[_PICKER] = chosen = chosen[:MAX_RUNS]
    st.multiselect(
        "Runs",
        list(able),
        format_func=lambda run_id: option_label(able[run_id]),
        key=_PICKER,
        on_change=lambda: set_query_runs(st.session_state[_PICKER], page=_PAGE),
        max_selections=MAX_RUNS,
        placeholder="Choose a run",
        help=f"Finished runs, at most {MAX_RUNS}. Default: the models that come with Genre Lab, then your own by "
        f"accuracy, of those tested on at least {FEWEST_TEST_CLIPS} clips; and the run that you opened last.",
    )
    picked = {run_id: able[run_id] for run_id in chosen}
    unequipped = [run for run in finished if run.id not in able and run.config.trained_ears is not None]
    if unequipped:
        names = ", ".join(dict.fromkeys(name_with_seed(run) for run in unequipped))
        st.caption(f":material/hearing_disabled: {escape_markdown(f'{names} cannot listen. {why_missing()}')}")
    if n_deaf := len(finished) - len(able) - len(unequipped):
        st.caption(
            f"{format_plural(n_deaf, 'run')} cannot be used: trained on pre-computed features that cannot be "
            "computed from sound."
        )
    return picked


def classify(song: Song, runs: Mapping[str, Run]) -> dict[str, SongVerdict]:
    """Verdicts by run id, from this session where they were computed before; the others at the same time."""
    cache = verdict_cache()
    heard = heard_song(song, runs)
    asked = {run_id: run for run_id, run in runs.items() if not _is_known(cache.get((song.identity, run_id)), run_id)}

    for run_id in asked:
        cache.pop((song.identity, run_id), None)

    unheard: dict[str, list[str]] = {}
    models: dict[str, Any] = {}
    for run_id, run in asked.items():
        with _said_errors(run, unheard), st.spinner(_waiting(run, song), show_time=True):
            models[run_id] = services.model(run_id)
    _go_through(song, heard, {run_id: runs[run_id] for run_id in models}, models)

    def judge(run_id: str) -> None:
        cache[song.identity, run_id] = heard.judged_by(run_id, model=models[run_id])

    with ThreadPoolExecutor(max(1, len(models)), thread_name_prefix="judge") as threads:
        judging = {run_id: threads.submit(judge, run_id) for run_id in models}
        for run_id, judged in judging.items():
            with _said_errors(runs[run_id], unheard), st.spinner(_waiting(runs[run_id], song), show_time=True):
                judged.result()
    for problem, labels in unheard.items():
        # What is wrong with a song is mostly so for all who listen, and is said once.
        who = "" if len(labels) == len(runs) else f" ({', '.join(labels)})"
        st.error(escape_markdown(f"{song.name}{who}: {problem}"), icon=":material/error:")
    return {run_id: cache[song.identity, run_id] for run_id in runs if (song.identity, run_id) in cache}


def _go_through(song: Song, heard: HeardSong, runs: Mapping[str, Run], models: Mapping[str, Any]) -> None:
    """Let models listen to a long song, with the time left; what is wrong with it is said where they judge."""
    with contextlib.suppress(GenreLabError):
        if not (models and heard.is_long):
            return
        judges = [(appoint_judge(run_id), model) for run_id, model in models.items()]
        with shown_progress(f"Listening to {escape_markdown(song.name)}") as on_stretch:
            heard.go_through(judges, ears=ears_wanted(runs.values()), on_stretch=on_stretch)


def _waiting(run: Run, song: Song) -> str:
    first = "" if is_loaded() else " Loading TensorFlow takes some seconds the first time."
    return escape_markdown(f"{run.config.name}: classifying {song.name}.{first}")


@contextlib.contextmanager
def _said_errors(run: Run, unheard: dict[str, list[str]]) -> Iterator[None]:
    """Say why a run cannot judge, and of a song that it cannot hear note it in ``unheard``; the others go on."""
    try:
        yield
    except AudioError as error:
        unheard.setdefault(str(error), []).append(run.label)
    except GenreLabError as error:
        st.error(escape_markdown(f"{run.label}: {error}"), icon=":material/error:")


def _is_known(verdict: SongVerdict | None, run_id: str) -> bool:
    """Whether there is a verdict at the temperature that the run has now."""
    if verdict is None:
        return False
    if not _is_current(verdict, run_id):
        forget_reasons(None)  # they were found at the former temperature too
        return False
    return True


def _is_current(verdict: SongVerdict, run_id: str) -> bool:
    """Whether a verdict is at the temperature that the run has now."""
    try:
        return verdict.temperature == services.temperature(run_id).in_use
    except GenreLabError:
        return True  # the run's own pages say what is wrong with it; what it said before stays


def show_verdicts(runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """A card for each run, two in a row."""
    places = list(verdicts)
    for start in range(0, len(places), 2):
        columns = st.columns(2) if len(places) > 1 else [st.container()]
        for column, run_id in zip(columns, places[start : start + 2], strict=False):
            with column:
                _card(runs[run_id], verdicts[run_id])


def _card(run: Run, verdict: SongVerdict) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape_markdown(name_with_seed(run))}**", width="content")
            st.badge(run.model_kind, color="gray")
            if not verdict.reliable:
                st.badge("Unreliable", icon=":material/warning:", color="orange")
            if run.shipped:
                shipped_badge()
            if run.synthetic:
                synthetic_badge()
        st.metric(
            "Prediction",
            escape_markdown(verdict.genre),
            help="The genre with the highest mean probability over the song; every analysed second counts equally.",
        )
        st.markdown(escape_markdown(verdict_sentence(verdict)))
        chart = spread_chart(spread_table(verdict), theme=chart_theme())
        st.altair_chart(chart, key=f"verdict:{run.id}", alt=f"Probability of each genre by {run.label}")
        assert run.result is not None
        st.caption(escape_markdown(_trust(run, verdict)))
        st.caption(
            f"It can only predict these genres: {escape_markdown(format_genres(run.config.genres, most=40))}. "
            f"Trained on {escape_markdown(run.collection_title)}; correct on {run.result.n_correct} of "
            f"{run.result.n} test {run.config.split.unit}s ({format_percent(run.result.accuracy)}, 95 % interval "
            f"{format_interval(run.result.interval)}; {escape_markdown(run.result.protocol)})."
            + (" Trained on synthetic music: its predictions for real music mean little." if run.synthetic else "")
        )
        if caution := result_caution(run.result, unit=run.config.split.unit):
            st.caption(f":material/warning: {caution}")
        navigation.page_link("confusion", "See what it confuses", query={"run": run.id})


def _trust(run: Run, verdict: SongVerdict) -> str:
    """How far the probabilities can be believed, in words."""
    try:
        said = calibration_text(measure_calibration(services.predictions(run.id)), unit=run.config.split.unit)
    except GenreLabError as error:
        said = f"How far its probabilities can be believed is not known: {error}"
    if verdict.temperature is not None:
        return f"{said} {temperature_text(verdict.temperature)}"
    with contextlib.suppress(GenreLabError):
        if (fitted := services.temperature(run.id).fitted) is not None:
            return f"{said} {unused_text(fitted)}"
    return said


def show_timelines(runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """Probabilities along the song, a strip for each genre, the runs below each other."""
    theme = chart_theme()
    for run_id, verdict in verdicts.items():
        order = [genre for genre, _ in verdict.ranked]
        table = timeline_table(
            [window.start_s for window in verdict.windows],
            [window.end_s for window in verdict.windows],
            [window.probabilities for window in verdict.windows],
            verdict.genres,
            surface=theme.surface,
        )
        st.markdown(f"**{escape_markdown(name_with_seed(runs[run_id]))}**")
        st.altair_chart(
            probability_timeline(table, order=order, duration_s=verdict.duration_s, theme=theme),
            key=f"timeline:{run_id}",
            alt=f"Probability of each genre along the song by {runs[run_id].label}",
        )
    st.caption(windows_note(verdicts.values()))


def _calibrations(run_ids: Iterable[str]) -> dict[str, Calibration]:
    """Of the runs whose test probabilities can be read; the card says why others cannot."""
    found = {}
    for run_id in run_ids:
        with contextlib.suppress(GenreLabError):
            found[run_id] = measure_calibration(services.predictions(run_id))
    return found


def show_table(song: Song, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """All probabilities as a table, and their export."""
    frame = probability_frame(runs, verdicts)
    st.dataframe(
        frame,
        height="content",
        placeholder="–",
        column_config={name: st.column_config.NumberColumn(format="%.2f %%") for name in frame.columns},
        alt="Probability of each genre by each run",
    )
    stem = song.name.rsplit(".", 1)[0]
    with st.container(horizontal=True):
        table_download(
            "Export as CSV",
            lambda: window_table(runs, verdicts),
            f"{stem}-genres.csv",
            help="For the song and for each window, in full precision.",
        )
        st.download_button(
            "Export as JSON",
            json.dumps(verdicts_as_dict(song, runs, verdicts, _calibrations(verdicts)), indent=1),
            file_name=f"{stem}-genres.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
        )
