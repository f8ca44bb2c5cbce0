"""What stands in Explore's charts, and how a visitor chooses genres."""

import base64
import json
from typing import Any

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from dashboard.explore.legend import shown_key
from tests.pages.apps import chart_rows, checked


def points(app: AppTest, *, column: str = "on") -> pd.DataFrame:
    """Rows of the first chart's dataset that has this column."""
    datasets = app.get("vega_lite_chart")[0].proto.datasets
    tables = (chart_rows(app, dataset=number) for number in range(len(datasets)))
    return next(rows for rows in tables if column in rows)


def figures(app: AppTest) -> list[dict[str, Any]]:
    """Plotly's figures on the page."""
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def numbers(told: Any) -> np.ndarray:
    """An array as Plotly sends it: a list, or its bytes."""
    if isinstance(told, list):
        return np.array(told)
    return np.frombuffer(base64.b64decode(told["bdata"]), dtype=told["dtype"])


def on_map(app: AppTest) -> pd.DataFrame:
    """Clips drawn on the map: ``clip``, ``genre``, ``x``, ``y`` and whether each is ``on``, in alphabetical order."""
    dots = figures(app)[0]["data"][0]
    rows = pd.DataFrame(
        {
            "clip": dots["customdata"],
            "genre": dots["hovertext"],
            "x": numbers(dots["x"]),
            "y": numbers(dots["y"]),
        }
    )
    on = numbers(dots["selectedpoints"]) if "selectedpoints" in dots else rows.index
    return rows.assign(on=rows.index.isin(on)).sort_values("clip", ignore_index=True)


def show_only(app: AppTest, collection: Collection, *genres: str) -> AppTest:
    """The page after the legend left these genres."""
    app.session_state[shown_key(collection)] = genres
    return checked(app.run())
