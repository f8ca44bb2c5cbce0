"""The answer of the chosen models: in words, as a table of models and genres, and how sure it is."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.errors import GenreLabError
from core.evaluation.consensus import Said, consensus
from core.evaluation.trust import measure_excess, trust_at
from core.prediction.song import SongVerdict
from core.runs.record import Run
from dashboard import services
from dashboard.charts.style.contrast import blend, legible_on
from dashboard.charts.style.palette import genre_colors
from dashboard.classify.trust_line import say_trust
from dashboard.sentences.answer import TRUST_HELP, agreement, answer_title, excess_sentence, trust_text
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.state import chart_theme
from dashboard.tables.answer import answer_frame, genres_that_matter

SAYS, SURE = "Says", "Right when as sure"
_UNKNOWN = "not known"
_FAINTEST = 0.06


def model_names(runs: Mapping[str, Run]) -> dict[str, str]:
    """A name for each run by its id: short where that tells it from the others, else with seed and id."""
    short = [run.config.name for run in runs.values()]
    return {
        run_id: run.config.name if short.count(run.config.name) == 1 else name_with_seed(run)
        for run_id, run in runs.items()
    }


def said_by(runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> list[Said]:
    """What each model says, under names that differ."""
    names = model_names(runs)
    return [
        Said(names[run_id], dict(zip(verdict.genres, verdict.probabilities, strict=True)))
        for run_id, verdict in verdicts.items()
    ]


def show_answer(runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """The answer in words, the table, and what is to be known before it is believed."""
    said = said_by(runs, verdicts)
    st.header(escape_markdown(answer_title(said)), anchor=False)
    st.markdown(escape_markdown(agreement(said)))
    _table(runs, verdicts, said)
    names = {run_id: one.name for run_id, one in zip(verdicts, said, strict=True)}
    _cautions(names, runs, verdicts)
    say_trust(names, runs, verdicts)


def _table(runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict], said: list[Said]) -> None:
    genres = genres_that_matter(said)
    frame = answer_frame(said, genres)
    together = consensus(said)
    answers = [one.genre for one in (*said, *([] if together is None else [together[0]]))]
    sure = [_sureness(one, run_id) for one, run_id in zip(said, verdicts, strict=True)]
    sure += ["–"] * (len(answers) - len(said))
    # A genre may be called as one of the other columns.
    clashes = {name: f"{name} (genre)" for name in (SAYS, SURE) if name in frame.columns}
    shown = frame.rename(columns=clashes)
    columns = list(shown.columns)
    shown.insert(0, SAYS, answers)
    shown[SURE] = sure
    names = [
        f"⚠ {one.name}" if not verdict.reliable else one.name
        for one, verdict in zip(said, verdicts.values(), strict=True)
    ]
    shown.index = pd.Index([*names, *frame.index[len(said) :]], name=frame.index.name)
    narrow = {
        name: st.column_config.NumberColumn(name, width=70, help=_others_help(said, genres) if is_rest else None)
        for name, is_rest in zip(columns, [column not in genres for column in frame.columns], strict=True)
    }
    st.dataframe(
        _painted(
            shown,
            columns,
            {genre for one in said for genre in one.probabilities},
            bold=None if together is None else len(said),
        ),
        height="content",
        row_height=32,
        placeholder="–",
        column_config={
            "_index": st.column_config.TextColumn("Model", pinned=True, width=125),
            SAYS: st.column_config.TextColumn(SAYS, width=90, help="The genre with the highest mean probability."),
            **narrow,
            SURE: st.column_config.TextColumn(SURE, width=195, help=TRUST_HELP),
        },
        key="classify:answer",
        alt="Probability of each genre by each model, in per cent",
    )


def _others_help(said: list[Said], genres: list[str]) -> str:
    others = sorted({genre for one in said for genre in one.probabilities} - set(genres))
    return escape_markdown(f"Together: {', '.join(others)}.")


def _painted(table: pd.DataFrame, columns: list[str], every: set[str], *, bold: int | None) -> object:
    """The table with each probability in the colour of its genre, the deeper the more probable."""
    theme = chart_theme()
    colors = genre_colors(every)

    def paint(column: "pd.Series[float]") -> list[str]:
        color = colors.get(str(column.name), theme.muted)
        styles = []
        for place, value in enumerate(column):
            weight = "font-weight: bold; " if place == bold else ""
            if pd.isna(value):
                styles.append(weight)
                continue
            fill = blend(color, theme.surface, _FAINTEST + (1 - _FAINTEST) * float(value) / 100)
            styles.append(f"{weight}background-color: {fill}; color: {legible_on(fill)}")
        return styles

    part = pd.Index(columns)
    return table.style.apply(paint, subset=part).format("{:.0f} %", subset=part, na_rep="–")


def _sureness(said: Said, run_id: str) -> str:
    try:
        return trust_text(trust_at(services.predictions(run_id), said.probability))
    except GenreLabError:
        return _UNKNOWN


def _cautions(names: Mapping[str, str], runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """What the song lacks or what limits the verdicts, which models are too sure on the mean, and what they learnt."""
    warned: dict[str, list[str]] = {}
    for run_id, verdict in verdicts.items():
        if verdict.warning:
            warned.setdefault(verdict.warning, []).append(names[run_id])
    for warning, of in warned.items():
        named = f"**{escape_markdown(', '.join(of))}**: " if len(verdicts) > 1 else ""
        st.warning(f"{named}{escape_markdown(warning)}", icon=":material/warning:")
    measured, unknown = [], []
    for run_id in verdicts:
        try:
            measured.append((names[run_id], measure_excess(services.predictions(run_id))))
        except GenreLabError as error:
            unknown.append(f"How sure {names[run_id]} can be is not known: {error}")
    notes = [*filter(None, [excess_sentence(measured)]), *unknown]
    if made_up := [names[run_id] for run_id in verdicts if runs[run_id].synthetic]:
        notes.append(f"Trained on synthetic music, so that it means little of real music: {', '.join(made_up)}.")
    if notes:
        st.caption(f":material/info: {escape_markdown(' '.join(notes))}")
