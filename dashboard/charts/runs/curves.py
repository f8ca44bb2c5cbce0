"""Training curves: accuracy or loss by epoch, of one run while it trains or of several overlaid."""

from collections.abc import Mapping, Sequence
from typing import Literal

import altair as alt
import pandas as pd

from core.runs.record import EpochRecord
from dashboard.charts.style.axes import epoch_axis, layered, share_axis, share_scale, value_axis
from dashboard.charts.style.legends import filtered_by_legend, legend_parameter
from dashboard.charts.style.palette import SHAPES
from dashboard.charts.style.theme import LIGHT, ChartTheme

Measure = Literal["accuracy", "loss"]
TRAINING, VALIDATION = "Training", "Validation"
PARTS = (TRAINING, VALIDATION)
_MOST_POINTS = 40
"""Epochs with a point on the line; of more, every second or third has one."""
_N_VEGA_SHAPES = 5
"""The first of `SHAPES`, which Vega knows by name."""


def history_table(histories: Mapping[str, Sequence[EpochRecord]]) -> pd.DataFrame:
    """Histories of runs, by their label, as one long table.

    Returns
    -------
    DataFrame
        One row an epoch and part: ``run``, ``epoch``, ``part`` (Training or Validation), ``accuracy`` (0 to 1),
        ``loss`` (nats).
    """
    rows = [
        {"run": label, "epoch": record.epoch, "part": part, "accuracy": accuracy, "loss": loss}
        for label, history in histories.items()
        for record in history
        for part, accuracy, loss in (
            (TRAINING, record.accuracy, record.loss),
            (VALIDATION, record.val_accuracy, record.val_loss),
        )
        if loss is not None  # fitted on the validation part as well
    ]
    return pd.DataFrame(rows, columns=["run", "epoch", "part", "accuracy", "loss"])


def training_curves(
    table: pd.DataFrame,
    *,
    measure: Measure,
    colors: Mapping[str, str],
    n_epochs: int,
    parts: Sequence[str] = PARTS,
    best_epoch: int | None = None,
    theme: ChartTheme = LIGHT,
    legend: bool = False,
    height: int = 280,
) -> alt.LayerChart:
    """Lines of a measure by epoch: colour tells the run, the stroke tells training from validation.

    Parameters
    ----------
    table : DataFrame
        From `history_table`.
    measure : "accuracy" or "loss"
    colors : mapping
        Colour of each run by its label.
    n_epochs : int
        Right end of the axis, fixed so that live curves do not jump.
    parts : sequence of str
        Which of Training and Validation to draw.
    best_epoch : int or None
        Epoch with the lowest validation loss: marked by a rule. Only meaningful for a single run.
    legend : bool
        Whether to name the runs by their colours.
    """
    labels = list(colors)
    single = len(labels) == 1
    if measure == "accuracy":
        y = alt.Y("accuracy:Q", scale=share_scale(), axis=share_axis("Accuracy"))
        figure = alt.Tooltip("accuracy:Q", title="Accuracy", format=".1%")
    else:
        y = alt.Y("loss:Q", scale=alt.Scale(zero=True, nice=True), axis=value_axis(title="Loss (nats)", tickCount=5))
        figure = alt.Tooltip("loss:Q", title="Loss (nats)", format=".3f")
    base = alt.Chart(table[table["part"].isin(parts)]).encode(
        x=alt.X("epoch:Q", scale=alt.Scale(domain=[1, max(2, n_epochs)], nice=False), axis=epoch_axis(n_epochs)),
        y=y,
        detail="part:N",
        tooltip=[
            *([] if single else [alt.Tooltip("run:N", title="Run")]),
            alt.Tooltip("part:N", title="Part"),
            alt.Tooltip("epoch:Q", title="Epoch"),
            figure,
        ],
    )
    named = alt.Legend(orient="bottom", columns=1, labelLimit=400, symbolSize=90) if legend else None
    color = alt.Color(
        "run:N",
        title=None,
        scale=alt.Scale(domain=labels, range=[colors[label] for label in labels]),
        legend=named,
    )
    # Beside colour, a shape tells runs apart: those of one kind have tones of one colour.
    shapes = [SHAPES[place % _N_VEGA_SHAPES] for place in range(len(labels))]
    shape = alt.Shape("run:N", title=None, scale=alt.Scale(domain=labels, range=shapes), legend=named)
    dash = alt.StrokeDash(
        "part:N",
        title=None,
        scale=alt.Scale(domain=list(PARTS), range=[[4, 4], [1, 0]]),
        legend=alt.Legend(
            orient="top", symbolType="stroke", symbolSize=400, symbolStrokeColor=theme.muted, symbolStrokeWidth=2
        )
        if len(parts) > 1
        else None,
    )
    points = base.mark_point(filled=True, size=36 if single else 60, opacity=1).encode(color=color, shape=shape)
    if (step := -(-n_epochs // _MOST_POINTS)) > 1:
        # A point at each of 150 epochs would hide the line.
        points = points.transform_filter(f"(datum.epoch - 1) % {step} === 0")
    layers: list[alt.Chart] = [base.mark_line(strokeWidth=2).encode(color=color, strokeDash=dash), points]
    if legend:
        layers = [filtered_by_legend(layers[0]), filtered_by_legend(layers[1].add_params(legend_parameter("run")))]
    if best_epoch is not None:
        kept = pd.DataFrame({"epoch": [best_epoch], "text": [f"best: epoch {best_epoch}"]})
        near_right = best_epoch > (1 + max(2, n_epochs)) / 2
        align: Literal["left", "right"] = "right" if near_right else "left"
        rule = alt.Chart(kept).mark_rule(strokeDash=[2, 3], color=theme.muted).encode(x="epoch:Q")
        text = (
            alt.Chart(kept)
            .mark_text(align=align, dx=-5 if near_right else 5, color=theme.muted, baseline="top")
            .encode(x="epoch:Q", y=alt.value(2), text="text:N")
        )
        layers += [rule, text]
    return layered(layers, height=height)
