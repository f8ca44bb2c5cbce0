"""A listener beside models: accuracies on the same clips, and what each said of each clip, as tables."""

from collections.abc import Mapping, Sequence

import pandas as pd

from core.evaluation.human.beside import Beside
from core.evaluation.verdict.records import Contender


def beside_table(found: Beside) -> pd.DataFrame:
    """One row an answerer, as `dashboard.charts.runs.comparison.accuracy_chart` draws it; the listener first."""
    rows = [
        {
            "run": standing.name,
            "accuracy": result.accuracy,
            "low": result.interval[0],
            "high": result.interval[1],
            "chance": result.chance,
            "n": result.n,
            "text": f"{100 * result.accuracy:.1f} %",
        }
        for standing, result in zip(found.verdict.standings, found.verdict.on_shared, strict=True)
    ]
    return pd.DataFrame(rows, columns=["run", "accuracy", "low", "high", "chance", "n", "text"])


def answers_table(contenders: Sequence[Contender], n_plays: Mapping[str, int]) -> pd.DataFrame:
    """One row a clip of the first: ``clip``, ``actual``, what each said, and ``plays`` where these are known."""
    table: pd.DataFrame | None = None
    for contender in contenders:
        assert contender.predictions is not None
        said = contender.predictions.table.set_index("clip")
        if table is None:
            table = said[["actual"]].copy()
        table[contender.name] = said["predicted"].reindex(table.index)
    assert table is not None
    if n_plays:
        table["plays"] = [n_plays[str(clip)] for clip in table.index]
    return table.reset_index()
