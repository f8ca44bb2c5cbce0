"""What if the song were changed: the verdict over the range of a change, where it flips, and the changed sound."""

from collections.abc import Mapping

import streamlit as st

from core.explanation.changes import CHANGES, Change
from core.explanation.narrowing import gaps, narrow_flips
from core.explanation.what_if import WhatIf, judge_at, panel_of, what_if
from core.prediction.song import SongVerdict
from core.runs.record import Run
from dashboard import services
from dashboard.charts.explanation.what_if import curves_table, what_if_chart
from dashboard.classify.reasons import MOST_LIGHT, Reasons, Served, reasons_of, serve_samples, shown_progress
from dashboard.classify.songs import Song
from dashboard.listening.component import Track, listen
from dashboard.sentences.explanation import what_if_sentences
from dashboard.sentences.wording import escape_markdown, format_percent, name_with_seed
from dashboard.shared.downloads import table_download
from dashboard.shared.feedback import show_errors
from dashboard.state import chart_theme

_KEY = "classify:what-if"
_ASKED = "what-if"


def show_what_if(song: Song, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """The section: a change, the curve of each run over its range, and the sound at one value.

    Parameters
    ----------
    song : Song
    runs : mapping of str to Run
        Those asked, by their ids.
    verdicts : mapping of str to SongVerdict
        What they say; runs without a verdict are left out.
    """
    st.header("What if", anchor=False)
    # Its controls draw the section again, not the page.
    st.fragment(_section)(song, {run_id: runs[run_id] for run_id in verdicts})


def _section(song: Song, runs: Mapping[str, Run]) -> None:
    reasons = reasons_of(song)
    change = CHANGES[
        st.segmented_control(
            "Change of the song",
            list(CHANGES),
            format_func=lambda each: CHANGES[each].title,
            default=next(iter(CHANGES)),
            required=True,
            key=f"{_KEY}:change",
        )
        or next(iter(CHANGES))
    ]
    st.caption(change.meaning)
    if _ASKED not in reasons.asked:
        offer = st.empty()
        with offer.container(horizontal=True, vertical_alignment="center"):
            pressed = st.button("Try nine values", icon=":material/tune:", key=f"{_KEY}:try", type="primary")
            st.caption("What each model says of the song at each, and where it changes its mind.", width="content")
        if not pressed:
            return
        offer.empty()
        reasons.asked.add(_ASKED)
    with show_errors():
        curves = _curves(song, reasons, change, runs)
        # What is asked for below is in the curves above.
        shown, narrowing = st.container(), st.container()
        value = _choose(change)
        curves = _with_value(song, reasons, curves, value)
        with narrowing:
            curves = _narrowed(song, reasons, curves)
        with shown:
            _show_curves(song, runs, curves, value)
        _hear_one(song, reasons, change, value, runs, curves)


def _curves(song: Song, reasons: Reasons, change: Change, runs: Mapping[str, Run]) -> dict[str, WhatIf]:
    """Of each run, from this session where it was found before."""
    missing = [run_id for run_id in runs if reasons.known("curve", (change.id, run_id)) is None]
    if missing:
        changeable = reasons.changeable(song)
        models = {run_id: services.model(run_id) for run_id in missing}
        with shown_progress("Changing the song") as on_step:
            for run_id, curve in what_if(changeable, change, models, on_point=on_step).items():
                reasons.keep("curve", (change.id, run_id), curve, most=MOST_LIGHT)
    return {run_id: reasons.known("curve", (change.id, run_id)) for run_id in runs}


def _with_value(song: Song, reasons: Reasons, curves: Mapping[str, WhatIf], value: float) -> dict[str, WhatIf]:
    """The curves with a point at the chosen value, judged now where it is not known."""
    missing = [run_id for run_id, curve in curves.items() if curve.point_at(value) is None]
    if not missing:
        return dict(curves)
    change = curves[missing[0]].change
    panel = panel_of({run_id: services.model(run_id) for run_id in missing})
    with shown_progress("Changing the song") as on_step:
        found = judge_at(reasons.changeable(song), change, [value], panel, on_point=on_step)
    return _kept(reasons, {**curves, **{run_id: curves[run_id].with_points(found[run_id]) for run_id in missing}})


def _narrowed(song: Song, reasons: Reasons, curves: dict[str, WhatIf]) -> dict[str, WhatIf]:
    """The curves; with further points around their nearest flips, once those are asked for."""
    change = next(iter(curves.values())).change
    if not any(gaps(curve) for curve in curves.values()):
        return curves
    offer = st.empty()
    if not offer.button(
        "Find the nearest flips exactly",
        icon=":material/center_focus_strong:",
        key=f"{_KEY}:narrow:{change.id}",
        help="How far the song can be changed until the verdict turns: judges it at further values, each half-way "
        "between the two sides.",
    ):
        return curves
    offer.empty()
    models = {run_id: services.model(run_id) for run_id in curves}
    with shown_progress("Looking for the nearest flips") as on_step:
        narrowed = narrow_flips(reasons.changeable(song), curves, models, on_point=on_step)
    return _kept(reasons, narrowed)


def _kept(reasons: Reasons, curves: dict[str, WhatIf]) -> dict[str, WhatIf]:
    for run_id, curve in curves.items():
        reasons.keep("curve", (curve.change.id, run_id), curve, most=MOST_LIGHT)
    return curves


def _show_curves(song: Song, runs: Mapping[str, Run], curves: Mapping[str, WhatIf], chosen: float) -> None:
    theme = chart_theme()
    first = next(iter(curves.values()))
    start_s, end_s = first.span_s
    if start_s > 0:
        st.caption(f"Changed and judged: {start_s:.0f} to {end_s:.0f} s of the song, from its middle.")
    places = list(curves)
    abreast = 3 if len(places) == 3 else 2
    for start in range(0, len(places), abreast):
        columns = st.columns(abreast) if len(places) > 1 else [st.container()]
        for column, run_id in zip(columns, places[start : start + abreast], strict=False):
            with column:
                name = name_with_seed(runs[run_id])
                st.markdown(f"**{escape_markdown(name)}**")
                st.altair_chart(
                    what_if_chart(curves[run_id], chosen=chosen, theme=theme),
                    key=f"{_KEY}:curve:{run_id}",
                    alt=f"Probabilities by {name} over the range of {first.change.title.lower()}",
                )
                st.markdown("\n".join(f"- {sentence}" for sentence in what_if_sentences(curves[run_id])))
    stem = song.name.rsplit(".", 1)[0]
    table_download(
        "Export curves as CSV",
        lambda: curves_table({name_with_seed(runs[run_id]): curve for run_id, curve in curves.items()}),
        f"{stem}-{first.change.id}.csv",
        key=f"{_KEY}:csv",
        help="Every genre at every value, in full precision.",
    )


def _choose(change: Change) -> float:
    """A value of the change: any of its range, as finely as flips are told."""
    return float(
        st.select_slider(
            "Hear it at",
            change.grid,
            value=change.neutral,
            format_func=change.value_text,
            key=f"{_KEY}:value:{change.id}",
            help="The song is judged at this value too, and the point is added to the curves; the solid line marks it.",
        )
    )


def _hear_one(
    song: Song,
    reasons: Reasons,
    change: Change,
    value: float,
    runs: Mapping[str, Run],
    curves: Mapping[str, WhatIf],
) -> None:
    """The sound at one value, and what each run says of it."""
    sound, duration_s = reasons.find("changed", (change.id, value), lambda: _changed(song, reasons, change, value))
    listen(
        f"{song.name}, {change.value_text(value)}",
        key=f"{_KEY}:player",
        duration_s=duration_s,
        track=Track(sound.address, song.name, change.value_text(value)),
    )
    st.markdown("\n".join(f"- {_said(name_with_seed(runs[run_id]), curves[run_id], value)}" for run_id in curves))


def _changed(song: Song, reasons: Reasons, change: Change, value: float) -> tuple[Served, float]:
    changeable = reasons.changeable(song)
    samples = changeable.changed(change, value)
    return serve_samples(samples, changeable.sr_hz), len(samples) / changeable.sr_hz


def _said(name: str, curve: WhatIf, value: float) -> str:
    """What a run says at a value, and what it says of the song as it is, as Markdown."""
    point = curve.point_at(value)
    assert point is not None
    if point.verdict is None:
        return f"**{escape_markdown(name)}**: not judged. {escape_markdown(point.problem)}"
    genre, probability = point.verdict.ranked[0]
    said = f"**{escape_markdown(name)}**: {escape_markdown(genre)}, {format_percent(probability)}"
    if curve.neutral is None or value == curve.change.neutral:
        return said
    before, probability_before = curve.neutral.ranked[0]
    return f"{said} (as it is: {escape_markdown(before)}, {format_percent(probability_before)})"
