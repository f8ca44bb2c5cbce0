"""A verdict as tables: each two runs against each other, what two say of the clips of a cell, figures to download."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.evaluation.paired.shared import restrict_genres
from core.evaluation.predictions import Predictions
from core.evaluation.verdict.records import GroupedInterval, Pair, Verdict
from core.evaluation.verdict.words import (
    COST_WORDS,
    MINUS,
    MOST_CLIPS_NEEDED,
    multiple_text,
    p_text,
    points,
    points_interval,
    rounded_count,
)
from dashboard.sentences.verdict import CELLS, cell_title, costs_text
from dashboard.sentences.wording import format_percent


def pairs_frame(verdict: Verdict) -> pd.DataFrame:
    """One row a pair, for people."""
    word = grouping_word(verdict)
    rows = []
    for pair in verdict.pairs:
        a, b = pair_names(verdict, pair)
        row = {
            "Pair": f"{a} {MINUS} {b}",
            "Points": points(pair.difference),
            "95 % interval": points_interval(pair.interval),
        }
        if word:
            row[f"By {word}"] = "–" if pair.by_group is None else points_interval(pair.by_group.interval)
        row["McNemar"] = p_text(pair.paired.p_value)
        if word:
            row[f"McNemar by {word}"] = "–" if pair.p_by_group is None else p_text(pair.p_by_group)
        row |= {
            "After Holm": p_text(pair.p_adjusted),
            "Both right": f"{pair.paired.n_both:,}",
            "Only first": f"{pair.paired.n_only_a:,}",
            "Only second": f"{pair.paired.n_only_b:,}",
            "Both wrong": f"{pair.paired.n_neither:,}",
            "Kappa": kappa_text(pair.kappa),
            "Kappa of errors": kappa_text(pair.errors.kappa),
            "Cost of the first": costs_text(pair) or "–",
        }
        rows.append(row)
    return pd.DataFrame(rows)


def pairs_export(verdict: Verdict) -> pd.DataFrame:
    """One row a pair in full precision: shares 0 to 1, differences first less second, costs first over second."""
    rows = []
    for pair in verdict.pairs:
        a, b = pair_names(verdict, pair)
        on_a, on_b = verdict.on_shared[pair.first], verdict.on_shared[pair.second]
        rows.append(
            {
                "first": a,
                "second": b,
                "n": pair.paired.n,
                "accuracy_first": on_a.accuracy,
                "accuracy_second": on_b.accuracy,
                "difference": pair.difference,
                "low": pair.interval[0],
                "high": pair.interval[1],
                "method": pair.method,
                **_group_columns(pair.by_group),
                "both_right": pair.paired.n_both,
                "only_first_right": pair.paired.n_only_a,
                "only_second_right": pair.paired.n_only_b,
                "both_wrong": pair.paired.n_neither,
                "p_mcnemar": pair.paired.p_value,
                "p_by_group": pair.p_by_group,
                "p_holm": pair.p_adjusted,
                "kappa": pair.kappa,
                "error_consistency": pair.errors.kappa,
                "clips_needed": pair.clips_needed,
                **{f"ratio_{name}": pair.cost_ratios.get(name) for name in ("training_s", "n_parameters")},
            }
        )
    return pd.DataFrame(rows)


def pair_facts(verdict: Verdict, pair: Pair) -> pd.DataFrame:
    """The figures on one pair, a row each: ``Figure``, ``Value``; differences are first less second."""
    unit = verdict.standings[pair.first].unit
    rows = [
        ("Difference of accuracies", f"{points(pair.difference)} points"),
        (f"95 % interval by {unit}", f"{points_interval(pair.interval)} points"),
    ]
    if pair.by_group is not None:
        rows.append((f"95 % interval by {pair.by_group.word}", f"{points_interval(pair.by_group.interval)} points"))
    rows.append(("McNemar's exact test", p_text(pair.paired.p_value)))
    if pair.by_group is not None and pair.p_by_group is not None:
        rows.append((f"The same test by {pair.by_group.word}", p_text(pair.p_by_group)))
    if len(verdict.pairs) > 1:
        rows.append((f"After Holm, {len(verdict.pairs):,} pairs", p_text(pair.p_adjusted)))
    rows.append(("They say the same: Cohen's kappa", kappa_text(pair.kappa)))
    errors = kappa_text(pair.errors.kappa)
    if pair.errors.interval is not None:
        low, high = (f"{end:.2f}".replace("-", MINUS) for end in pair.errors.interval)
        errors += f" (95 %: {low} to {high})"
    rows.append(("They err on the same clips: kappa", errors))
    if pair.clips_needed is not None:
        too_many = pair.clips_needed > MOST_CLIPS_NEEDED
        needed = f"more than {MOST_CLIPS_NEEDED:,}" if too_many else f"about {rounded_count(pair.clips_needed):,}"
        rows.append((f"Test {unit}s that a difference of this size takes", needed))
    rows += [
        (f"{COST_WORDS[name].removeprefix('the ').capitalize()} of the first", f"{multiple_text(ratio)} the second's")
        for name, ratio in pair.cost_ratios.items()
    ]
    return pd.DataFrame(rows, columns=["Figure", "Value"])


def said_frame(verdict: Verdict, answers: Sequence[Predictions]) -> pd.DataFrame:
    """What each contender says of each clip in common, of the genres in common.

    Parameters
    ----------
    verdict : Verdict
        Of contenders that can be compared.
    answers : sequence of Predictions
        Theirs, in their order.

    Returns
    -------
    DataFrame
        Indexed by clip: ``genre``, and for each contender, by its place, ``says 0`` and ``probability 0`` (0 to 1).
    """
    names = sorted(name for cell in verdict.pairs[0].clips.values() for name in cell)
    found: dict[str, object] = {}
    for place, each in enumerate(answers):
        part = each if set(each.genres) == set(verdict.genres) else restrict_genres(each, verdict.genres)
        table = part.table.set_index("clip").loc[names]
        columns = pd.Index(part.genres).get_indexer(pd.Index(table["predicted"]))
        values = table[list(part.genres)].to_numpy(np.float64)
        found.setdefault("genre", table["actual"].to_numpy())
        found[f"says {place}"] = table["predicted"].to_numpy()
        found[f"probability {place}"] = values[np.arange(len(names)), columns]
    return pd.DataFrame(found, index=pd.Index(names, name="clip"))


def surest_first(said: pd.DataFrame, pair: Pair, cell: str) -> list[str]:
    """The clips of a cell, those first of which the two together are surest."""
    rows = said.loc[list(pair.clips[cell])]
    sure = rows[f"probability {pair.first}"] + rows[f"probability {pair.second}"]
    return [str(name) for name in sure.sort_values(ascending=False, kind="stable").index]


def cell_frame(
    verdict: Verdict, pair: Pair, said: pd.DataFrame, names: Sequence[str], heard: Sequence[bool] | None = None
) -> pd.DataFrame:
    """Clips for people: name, genre, what each of the two says and how sure it is; whether their sound is here."""
    rows = said.loc[list(names)]
    a, b = pair_names(verdict, pair)
    told = {
        f"{name} says": [
            f"{genre} ({format_percent(share, digits=0)})"
            for genre, share in zip(rows[f"says {place}"], rows[f"probability {place}"], strict=True)
        ]
        for place, name in ((pair.first, a), (pair.second, b))
    }
    sound = {} if heard is None else {"Sound here": list(heard)}
    return pd.DataFrame({"Clip": list(names), "Genre": rows["genre"].to_list(), **told, **sound})


def cells_export(verdict: Verdict, pair: Pair, said: pd.DataFrame) -> pd.DataFrame:
    """All clips of a pair with the cell that each is in, what each of the two says and its probability (0 to 1)."""
    a, b = pair_names(verdict, pair)
    parts = []
    for cell in CELLS:
        rows = said.loc[list(pair.clips[cell])]
        parts.append(
            pd.DataFrame(
                {
                    "cell": cell_title(cell, a, b),
                    "clip": rows.index,
                    "genre": rows["genre"].to_numpy(),
                    "first": a,
                    "first_says": rows[f"says {pair.first}"].to_numpy(),
                    "first_probability": rows[f"probability {pair.first}"].to_numpy(),
                    "second": b,
                    "second_says": rows[f"says {pair.second}"].to_numpy(),
                    "second_probability": rows[f"probability {pair.second}"].to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def verdicts_on(verdict: Verdict, said: pd.DataFrame, name: str, *, title: str = "Run") -> pd.DataFrame:
    """What every contender says of one clip, for people; ``title`` is that of the column of their names."""
    row = said.loc[name]
    return pd.DataFrame(
        {
            title: [each.name for each in verdict.standings],
            "Says": [row[f"says {place}"] for place in range(len(verdict.standings))],
            "Probability": [100 * row[f"probability {place}"] for place in range(len(verdict.standings))],
            "Right": [row[f"says {place}"] == row["genre"] for place in range(len(verdict.standings))],
        }
    )


def pair_names(verdict: Verdict, pair: Pair) -> tuple[str, str]:
    """Names of the two."""
    return verdict.standings[pair.first].name, verdict.standings[pair.second].name


def grouping_word(verdict: Verdict) -> str:
    """What clips of a pair share, ``"artist"``; empty where intervals are by clip alone."""
    return next((pair.by_group.word for pair in verdict.pairs if pair.by_group is not None), "")


def kappa_text(kappa: float | None) -> str:
    """``0.452`` as ``"0.45"``."""
    return "not defined" if kappa is None else f"{kappa:.2f}".replace("-", MINUS)


def _group_columns(by_group: GroupedInterval | None) -> dict[str, object]:
    if by_group is None:
        return {"group": "", "group_low": None, "group_high": None, "n_groups": None}
    return {
        "group": by_group.word,
        "group_low": by_group.interval[0],
        "group_high": by_group.interval[1],
        "n_groups": by_group.n_groups,
    }
