"""Runs, published matrices and classes of listeners as one table: what counts with or without clips."""

from collections.abc import Sequence

import pandas as pd

from core.evaluation.verdict.records import Verdict
from core.evaluation.verdict.words import MINUS, points, points_interval
from dashboard.sentences.results import result_word
from dashboard.sentences.wording import format_count, format_interval, format_percent


def standings_frame(verdict: Verdict) -> pd.DataFrame:
    """One row for each that was judged, for people."""
    word = next((each.by_group.word for each in verdict.standings if each.by_group is not None), "")
    notes = [result_word(each.result, unit=each.unit) for each in verdict.standings]
    rows = []
    for each in verdict.standings:
        row: dict[str, object] = {
            "Who": each.name,
            "Accuracy": format_percent(each.result.accuracy),
            "95 % interval": format_interval(each.result.interval),
        }
        if word:
            row[f"By {word}"] = "–" if each.by_group is None else format_interval(each.by_group.interval)
        row["Clips"] = each.result.n
        if any(notes):
            row["Note"] = result_word(each.result, unit=each.unit)
        row |= {
            "Genres": len(each.genres),
            "Chance": format_percent(each.result.chance),
            "Kappa": "–" if each.kappa is None else f"{each.kappa:.2f}".replace("-", MINUS),
            "Bits": f"{each.information.bits:.2f} of {each.information.most_bits:.2f}",
            "Parameters": "–" if each.cost.n_parameters is None else format_count(each.cost.n_parameters),
            "Split": each.result.protocol,
        }
        rows.append(row)
    return pd.DataFrame(rows)


def apart_frame(verdict: Verdict, published: Sequence[str]) -> pd.DataFrame:
    """Differences to published matrices on different clips of the same genres, a row each; may be empty.

    Parameters
    ----------
    verdict : Verdict
    published : sequence of str
        Names of those whose matrix alone is known.
    """
    rows = []
    for apart in verdict.apart:
        a, b = verdict.standings[apart.first], verdict.standings[apart.second]
        if a.name in published or b.name in published:
            low, high = apart.interval
            rows.append(
                {
                    "Difference": f"{a.name} {MINUS} {b.name}",
                    "Points": points(apart.difference),
                    "95 % interval": points_interval(apart.interval),
                    "What follows": "Nothing: zero is within it."
                    if low <= 0 <= high
                    else "They differ, or the clips of one are easier.",
                    "Split": "the same" if a.result.protocol == b.result.protocol else "another",
                }
            )
    return pd.DataFrame(rows)


def standings_export(verdict: Verdict) -> pd.DataFrame:
    """The same in full precision: shares 0 to 1."""
    return pd.DataFrame(
        [
            {
                "name": each.name,
                "accuracy": each.result.accuracy,
                "low": each.result.interval[0],
                "high": each.result.interval[1],
                "grouped_by": "" if each.by_group is None else each.by_group.word,
                "group_low": None if each.by_group is None else each.by_group.interval[0],
                "group_high": None if each.by_group is None else each.by_group.interval[1],
                "n_correct": each.result.n_correct,
                "n": each.result.n,
                "genres": ", ".join(each.genres),
                "chance": each.result.chance,
                "kappa": each.kappa,
                "bits": each.information.bits,
                "most_bits": each.information.most_bits,
                "n_parameters": each.cost.n_parameters,
                "protocol": each.result.protocol,
            }
            for each in verdict.standings
        ]
    )


def standings_accuracies(verdict: Verdict) -> pd.DataFrame:
    """As `dashboard.charts.runs.comparison.accuracy_table`, of all that were judged."""
    return pd.DataFrame(
        [
            {
                "run": each.name,
                "accuracy": each.result.accuracy,
                "low": each.result.interval[0],
                "high": each.result.interval[1],
                "chance": each.result.chance,
                "n": each.result.n,
                "text": format_percent(each.result.accuracy),
            }
            for each in verdict.standings
        ]
    )
