"""A network as a drawing: one row a stage, from the input at the top to the output, boxes as large as the maps."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2, sqrt
from typing import Literal

import altair as alt
import pandas as pd

from core.models.layer_table import LayerRow
from core.recipe.config import TrainingConfig
from dashboard.charts.style.axes import layered
from dashboard.charts.style.theme import LIGHT, ChartTheme

ROW_HEIGHT = 46
_CENTRE, _WIDEST = 0.52, 0.30
_BRANCHES = (0.47, 0.60)
"""Shares of the width of the drawing; the last are the centres of a hybrid's two branches."""
_TALLEST = 0.78
_SHEET = 0.012


@dataclass(frozen=True)
class Stage:
    """A row of the drawing.

    Attributes
    ----------
    title, detail : str
    shape : tuple of int
        Of what it puts out.
    n_parameters : int
    kind : "input", "block", "row", "dense" or "output"
    """

    title: str
    detail: str
    shape: tuple[int, ...]
    n_parameters: int
    kind: str

    @property
    def text(self) -> str:
        """The shape for people: ``63 × 164, 16 maps``."""
        if len(self.shape) == 3 and self.shape[0] == 1:
            return f"{self.shape[1]:,} frames, {self.shape[2]:,} maps"
        if len(self.shape) == 3:
            return f"{self.shape[0]:,} × {self.shape[1]:,}, {self.shape[2]:,} maps"
        if (self.kind == "input" and self.shape[-1] == 1) or self.title == "Numeric input":
            return f"{self.shape[0]:,} features"
        return " × ".join(f"{side:,}" for side in self.shape)

    @property
    def map_size(self) -> tuple[int, int] | None:
        """Bands and frames of a map, or maps and frames where kernels span all bands; None for a row of figures."""
        if len(self.shape) == 3 and self.shape[0] == 1:
            return self.shape[2], self.shape[1]
        return (self.shape[0], self.shape[1]) if len(self.shape) >= 2 and self.shape[1] > 1 else None


def network_stages(config: TrainingConfig) -> list[Stage]:
    """The layers of a model, those of a block together."""
    stages: list[Stage] = []
    for row in config.layers():
        number = re.match(r"(?:Convolution|Normalisation|Shortcut|Addition|Pooling) (\d+)", row.layer)
        if number is not None:
            title = f"Block {number[1]}"
            _add(stages, title, config.model.block_text(int(number[1]) - 1), row, "block")
        elif row.layer.startswith("Normalisation of dense") or row.layer.startswith("Numeric normalisation"):
            last = stages.pop()
            stages.append(Stage(last.title, last.detail, row.shape, last.n_parameters + row.n_parameters, last.kind))
        else:
            # What is shown of the input are its bands and frames, whatever a kernel makes channels of.
            shape = config.input_shape if row.layer == "Input" else row.shape
            title = {"Global average and maximum": "Average, maximum"}.get(row.layer, row.layer)
            stages.append(Stage(title, _detail(row, config), shape, row.n_parameters, _kind(row.layer)))
    return stages


def _add(stages: list[Stage], title: str, detail: str, row: LayerRow, kind: str) -> None:
    n_before = 0
    if stages and stages[-1].title == title:
        n_before = stages.pop().n_parameters
    stages.append(Stage(title, detail, row.shape, n_before + row.n_parameters, kind))


def _kind(layer: str) -> str:
    if layer.startswith(("Input", "Numeric input")):
        return "input"
    if layer.startswith("Output"):
        return "output"
    return "dense" if "ense" in layer else "row"


def _detail(row: LayerRow, config: TrainingConfig) -> str:
    if row.layer == "Input":
        return "features" if config.is_numeric else "bands × frames"
    if row.layer.startswith("Output"):
        return "probability of each genre"
    if row.layer.startswith("Mean of"):
        return "of the probabilities"
    return {
        "Flatten": "all cells in one vector",
        "Joined": "both branches in one vector",
        "Global average": "one value per map",
        "Global average and maximum": "two values per map",
    }.get(row.layer, "")


def network_table(stages: Sequence[Stage]) -> pd.DataFrame:
    """Boxes: one row a stage, with places in shares of the width (x) and in rows (y), and its texts."""
    maps = [stage.map_size for stage in stages if stage.map_size is not None]
    most_bands = max((size[0] for size in maps), default=1)
    most_frames = max((size[1] for size in maps), default=1)
    centres = _centres(stages)
    rows = []
    for place, stage in enumerate(stages):
        size, centre = stage.map_size, centres[place]
        if size is not None:
            width = _WIDEST * max(0.06, sqrt(size[1] / most_frames))
            height = _TALLEST * max(0.14, sqrt(size[0] / most_bands))
        else:
            # A row of figures: a bar whose length grows with their order of magnitude.
            width = _WIDEST * min(1.0, max(0.06, log2(1 + stage.shape[0]) / 17))
            height = 0.16
        rows.append(
            {
                "title": stage.title,
                "detail": stage.detail,
                "shape": stage.text,
                "parameters": f"{stage.n_parameters:,} parameters" if stage.n_parameters else "",
                "kind": stage.kind,
                "left": centre - width / 2,
                "right": centre + width / 2,
                "top": place - height / 2,
                "bottom": place + height / 2,
                "place": float(place),
                "above": place - 0.19,
                "below": place + 0.19,
                "centre": centre,
                "n_sheets": min(4, 1 + stage.shape[2] // 24) if len(stage.shape) == 3 and stage.shape[0] > 1 else 1,
            }
        )
    return pd.DataFrame(rows)


def _centres(stages: Sequence[Stage]) -> list[float]:
    """Where each box stands: in the middle, or, before a hybrid's branches join, on one of two sides."""
    titles = [stage.title for stage in stages]
    if "Numeric input" not in titles:
        return [_CENTRE] * len(stages)
    begins, joined = titles.index("Numeric input"), titles.index("Joined")
    return [
        _BRANCHES[0] if place < begins else _BRANCHES[1] if place < joined else _CENTRE for place in range(len(stages))
    ]


def network_chart(stages: Sequence[Stage], *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Names at the left, boxes in the middle, shapes and parameters at the right; any width will do."""
    table = network_table(stages)
    n_rows = len(table)
    x = alt.Scale(domain=[0, 1], nice=False, zero=False)
    y = alt.Scale(domain=[-0.55, n_rows - 0.45], nice=False, zero=False, reverse=True)
    fills = {"input": theme.muted, "output": "#c2571a", "block": theme.accent, "dense": theme.accent, "row": theme.grid}
    color = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=list(fills), range=list(fills.values())))
    tooltip = [
        alt.Tooltip("title:N", title="Layer"),
        alt.Tooltip("detail:N", title="Details"),
        alt.Tooltip("shape:N", title="Output"),
        alt.Tooltip("parameters:N", title="Adjusted"),
    ]
    axes = {"x": alt.X("left:Q", scale=x, axis=None), "y": alt.Y("top:Q", scale=y, axis=None)}
    flow = (
        alt.Chart(_arrows(table, stages))
        .mark_rule(color=theme.muted, strokeWidth=1.5)
        .encode(x=alt.X("x:Q", scale=x, axis=None), y=alt.Y("from:Q", scale=y, axis=None), y2="to:Q")
    )
    sheets = (
        alt.Chart(_sheets(table))
        .mark_rect(stroke=theme.surface, strokeWidth=1, cornerRadius=1)
        .encode(**axes, x2="right:Q", y2="bottom:Q", color=color, tooltip=tooltip)
    )
    texts = [
        _text(table, "title", 0.0, "left", "above", theme.text, x, y, bold=True),
        _text(table, "detail", 0.0, "left", "below", theme.muted, x, y),
        _text(table, "shape", 1.0, "right", "above", theme.text, x, y),
        _text(table, "parameters", 1.0, "right", "below", theme.muted, x, y),
    ]
    return layered([flow, sheets, *texts], height=ROW_HEIGHT * n_rows)


def _text(
    table: pd.DataFrame,
    field: str,
    at: float,
    align: Literal["left", "right"],
    row: str,
    color: str,
    x: alt.Scale,
    y: alt.Scale,
    *,
    bold: bool = False,
) -> alt.Chart:
    shown = table[table[field] != ""].assign(at=at)
    # A name without a line below it stands at the middle of its row.
    other = {"title": "detail", "shape": "parameters"}.get(field)
    if other is not None:
        shown = shown.assign(**{row: shown[row].where(shown[other] != "", shown["place"])})
    chart: alt.Chart = (
        alt.Chart(shown)
        .mark_text(align=align, baseline="middle", fontSize=11, color=color, fontWeight="bold" if bold else "normal")
        .encode(x=alt.X("at:Q", scale=x, axis=None), y=alt.Y(f"{row}:Q", scale=y, axis=None), text=f"{field}:N")
    )
    return chart


def _arrows(table: pd.DataFrame, stages: Sequence[Stage]) -> pd.DataFrame:
    """Lines from each box to the next; a second branch begins anew and meets the first at the joining."""
    places = list(table.itertuples())
    rows = [
        {"x": above.centre, "from": above.bottom, "to": below.top}
        for above, below in pairwise(places)
        if below.title != "Numeric input"
    ]
    titles = [stage.title for stage in stages]
    if "Numeric input" in titles:
        last, joined = places[titles.index("Numeric input") - 1], places[titles.index("Joined")]
        rows.append({"x": last.centre, "from": last.bottom, "to": joined.top})
    return pd.DataFrame(rows, columns=["x", "from", "to"])


def _sheets(table: pd.DataFrame) -> pd.DataFrame:
    """Boxes, and behind those of many maps further ones, a little aside."""
    parts = []
    for sheet in (3, 2, 1, 0):
        shown = table[table["n_sheets"] > sheet].copy()
        for side in ("left", "right"):
            shown[side] += sheet * _SHEET
        for side in ("top", "bottom"):
            shown[side] -= sheet * 0.05
        parts.append(shown)
    return pd.concat(parts, ignore_index=True)
