"""Training curves: accuracy or loss by epoch or by seconds, of one run while it trains or of several overlaid."""

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
Along = Literal["epoch", "seconds"]
TRAINING, VALIDATION = "Training", "Validation"
PARTS = (TRAINING, VALIDATION)
_MOST_POINTS = 40
"""Epochs with a point on the line; of more, every second or third has one."""
_N_VEGA_SHAPES = 5
"""The first of `SHAPES`, which Vega knows by name."""


_HOVER_SIZE = 260
"""Area in square pixels around a point of a curve in which the curve says whose it is."""


def history_table(
    histories: Mapping[str, Sequence[EpochRecord]], *, training_s: Mapping[str, float | None] | None = None
) -> pd.DataFrame:
    """Histories of runs, by their label, as one long table.

    Parameters
    ----------
    histories : mapping
    training_s : mapping, optional
        Seconds of the whole training by label: shared out evenly among the epochs of runs that kept no seconds of each.

    Returns
    -------
    DataFrame
        One row an epoch and part: ``run``, ``epoch``, ``seconds`` (of training up to then; missing where unknown),
        ``part`` (Training or Validation), ``accuracy`` (0 to 1), ``loss`` (nats).
    """
    whole_s = training_s or {}
    rows = [
        {
            "run": label,
            "epoch": record.epoch,
            "seconds": _seconds(record, whole_s.get(label), len(history)),
            "part": part,
            "accuracy": accuracy,
            "loss": loss,
        }
        for label, history in histories.items()
        for record in history
        for part, accuracy, loss in (
            (TRAINING, record.accuracy, record.loss),
            (VALIDATION, record.val_accuracy, record.val_loss),
        )
        if loss is not None  # fitted on the validation part as well
    ]
    table = pd.DataFrame(rows, columns=["run", "epoch", "seconds", "part", "accuracy", "loss"])
    return table.astype({"seconds": "float64"})


def _seconds(record: EpochRecord, whole_s: float | None, n_epochs: int) -> float | None:
    if record.elapsed_s is not None or whole_s is None:
        return record.elapsed_s
    return whole_s * record.epoch / n_epochs


def smoothed(table: pd.DataFrame, weight: float) -> pd.DataFrame:
    """The curves as exponential moving averages without their bias towards the start, as of Kingma and Ba (2015).

    Parameters
    ----------
    table : DataFrame
        From `history_table`.
    weight : float
        Of what came before, 0 (nothing changes) to below 1.

    Returns
    -------
    DataFrame
        ``accuracy`` and ``loss`` smoothed within each run and part, the figures as they were in ``raw_accuracy`` and
        ``raw_loss``; the table itself where the weight is 0.
    """
    if weight == 0 or table.empty:
        return table
    ordered = table.sort_values("epoch", kind="stable")
    curves = ordered.groupby(["run", "part"], sort=False)
    smooth = {name: curves[name].transform(lambda values: _averaged(values, weight)) for name in ("accuracy", "loss")}
    raw = {f"raw_{name}": table[name] for name in smooth}
    return table.assign(**raw, **smooth)


def _averaged(values: pd.Series, weight: float) -> pd.Series:
    # Weights 1, w, w² ... divided by their sum: the same as (1 - w) times the recursion over 1 - w^t.
    return values.ewm(alpha=1 - weight, adjust=True).mean()


def training_curves(
    table: pd.DataFrame,
    *,
    measure: Measure,
    colors: Mapping[str, str],
    n_epochs: int,
    parts: Sequence[str] = PARTS,
    best_epoch: int | None = None,
    along: Along = "epoch",
    theme: ChartTheme = LIGHT,
    legend: bool = False,
    height: int = 280,
) -> alt.LayerChart:
    """Lines of a measure by epoch or seconds: colour tells the run, the stroke tells training from validation.

    Parameters
    ----------
    table : DataFrame
        From `history_table`, or `smoothed`: what it was before is drawn behind it, paler.
    measure : "accuracy" or "loss"
    colors : mapping
        Colour of each run by its label.
    n_epochs : int
        Right end of the axis, fixed so that live curves do not jump.
    parts : sequence of str
        Which of Training and Validation to draw.
    best_epoch : int or None
        Epoch with the lowest validation loss: marked by a rule. Only meaningful for a single run.
    along : "epoch" or "seconds"
        Of training; runs whose seconds are not known are left out of the latter.
    legend : bool
        Whether to name the runs by their colours.
    """
    table = table.dropna(subset=[along])
    labels = list(colors)
    single = len(labels) == 1
    if measure == "accuracy":
        y = alt.Y("accuracy:Q", scale=share_scale(), axis=share_axis("Accuracy"))
        figure = alt.Tooltip("accuracy:Q", title="Accuracy", format=".1%")
    else:
        y = alt.Y("loss:Q", scale=alt.Scale(zero=True, nice=True), axis=value_axis(title="Loss (nats)", tickCount=5))
        figure = alt.Tooltip("loss:Q", title="Loss (nats)", format=".3f")
    is_smoothed = f"raw_{measure}" in table
    base = alt.Chart(table[table["part"].isin(parts)]).encode(
        x=_x(table, along, n_epochs),
        y=y,
        detail="part:N",
        tooltip=[
            *([] if single else [alt.Tooltip("run:N", title="Run")]),
            alt.Tooltip("part:N", title="Part"),
            alt.Tooltip("epoch:Q", title="Epoch"),
            *([alt.Tooltip("seconds:Q", title="Seconds", format=",.1f")] if table["seconds"].notna().any() else []),
            figure,
            *([_raw_tooltip(measure)] if is_smoothed else []),
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
    # A line says nothing of where it is pointed at: invisible points at all epochs do, whichever of them are drawn.
    hover = base.mark_point(size=_HOVER_SIZE, opacity=0, filled=True)
    layers: list[alt.Chart] = [base.mark_line(strokeWidth=2).encode(color=color, strokeDash=dash), points, hover]
    if is_smoothed:
        behind = base.mark_line(strokeWidth=1, opacity=0.35).encode(color=color, strokeDash=dash)
        layers.insert(0, behind.encode(y=alt.Y(f"raw_{measure}:Q")))
    if legend:
        layers = [filtered_by_legend(layer) for layer in layers]
        layers[-2] = layers[-2].add_params(legend_parameter("run"))
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
    chart = layered(layers, height=height)
    if not legend:
        return chart
    # The height is that of the axes alone: the legend of eight runs would leave little of it.
    return chart.properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))


def _x(table: pd.DataFrame, along: Along, n_epochs: int) -> alt.X:
    if along == "epoch":
        scale = alt.Scale(domain=[1, max(2, n_epochs)], nice=False)
        return alt.X("epoch:Q", scale=scale, axis=epoch_axis(n_epochs))
    last_s = float(table["seconds"].max()) if len(table) else 1.0
    scale = alt.Scale(domain=[0, last_s or 1.0], nice=False)
    return alt.X("seconds:Q", scale=scale, axis=value_axis(title="Seconds of training", tickCount=8, grid=False))


def _raw_tooltip(measure: Measure) -> alt.Tooltip:
    title, format_ = ("Accuracy", ".1%") if measure == "accuracy" else ("Loss (nats)", ".3f")
    return alt.Tooltip(f"raw_{measure}:Q", title=f"{title}, not smoothed", format=format_)
