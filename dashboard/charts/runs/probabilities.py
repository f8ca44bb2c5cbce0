"""Probabilities of one clip or song: a bar for each genre, the largest first."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from dashboard.charts.style.axes import layered, names_axis, share_axis, share_scale
from dashboard.charts.style.contrast import blend, legible_on
from dashboard.charts.style.palette import genre_colors
from dashboard.charts.style.theme import LIGHT, ChartTheme


def probability_table(probabilities: Mapping[str, float], *, actual: str | None = None) -> pd.DataFrame:
    """One row a genre, the most probable first: ``genre``, ``probability`` (0 to 1), ``role``, ``text``.

    With ``actual`` given, ``role`` says ``actual``, ``predicted`` (the most probable), ``actual and predicted`` or
    nothing; ``text`` is what stands at the bar.
    """
    ordered = sorted(probabilities.items(), key=lambda item: (-item[1], item[0]))
    predicted = ordered[0][0] if actual is not None else None
    rows = []
    for genre, probability in ordered:
        role = " and ".join(role for role, named in (("actual", actual), ("predicted", predicted)) if named == genre)
        text = f"{100 * probability:.1f} %" + (f", {role}" if role else "")
        rows.append({"genre": genre, "probability": float(probability), "role": role, "text": text})
    return pd.DataFrame(rows, columns=["genre", "probability", "role", "text"])


def probability_chart(
    probabilities: Mapping[str, float],
    *,
    actual: str | None = None,
    most: int | None = None,
    theme: ChartTheme = LIGHT,
) -> alt.LayerChart:
    """Horizontal bars in the genres' colours, the most probable first.

    Parameters
    ----------
    probabilities : mapping of genre to probability 0 to 1
    actual : str, optional
        The genre the clip has: it and the predicted one are then named beside their bars.
    most : int, optional
        Draw only so many genres, and always those that are named; all when not given.
    theme : ChartTheme
    """
    table = probability_table(probabilities, actual=actual)
    if most is not None:
        table = table[(table.index < most) | (table["role"] != "")]
    colors = genre_colors(probabilities)
    table["fill"] = [colors[genre] for genre in table["genre"]]
    table["edge"] = [blend(theme.text, color, 0.3) for color in table["fill"]]
    table["ink"] = [legible_on(color) for color in table["fill"]]
    base = alt.Chart(table).encode(
        x=alt.X("probability:Q", scale=share_scale(), axis=share_axis("Probability")),
        y=alt.Y(
            "genre:N",
            sort=list(table["genre"]),
            title=None,
            axis=names_axis(most_px=120, labelPadding=6),
        ),
        tooltip=[
            alt.Tooltip("genre:N", title="Genre"),
            alt.Tooltip("probability:Q", title="Probability", format=".2%"),
        ],
    )
    # An edge towards the colour of the text: some of the colours are faint on a light page, some on a dark one.
    bars = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.72}, strokeWidth=1).encode(
        fill=alt.Fill("fill:N", scale=None), stroke=alt.Stroke("edge:N", scale=None)
    )
    # What is written stands to the right of a bar, or within one that leaves no room.
    beside = base.transform_filter("datum.probability <= 0.55").mark_text(align="left", dx=5, color=theme.text)
    within = base.transform_filter("datum.probability > 0.55").mark_text(align="right", dx=-6)
    return layered(
        [bars, beside.encode(text="text:N"), within.encode(text="text:N", color=alt.Color("ink:N", scale=None))],
        height=alt.Step(24 if len(table) <= 12 else 18),
    )
