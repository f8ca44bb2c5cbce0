"""Verdicts on a song as tables."""

from collections.abc import Mapping

import pandas as pd

from core.prediction.song import SongVerdict
from core.runs.record import Run
from dashboard.sentences.wording import name_with_seed


def window_table(runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> pd.DataFrame:
    """Every probability in full precision, by run id: first the whole song, then each window.

    Returns
    -------
    DataFrame
        ``run``, ``name``, ``part`` (``song`` or ``window``), ``start_s``, ``end_s``, ``weight`` (share in the verdict),
        ``genre``, ``probability``.
    """
    rows = []
    for run_id, verdict in verdicts.items():
        parts = [("song", 0.0, verdict.duration_s, 1.0, verdict.probabilities)]
        parts += [
            ("window", window.start_s, window.end_s, weight, window.probabilities)
            for window, weight in zip(verdict.windows, verdict.weights, strict=True)
        ]
        for part, start_s, end_s, weight, probabilities in parts:
            for genre, probability in zip(verdict.genres, probabilities, strict=True):
                rows.append(
                    {
                        "run": run_id,
                        "name": runs[run_id].config.name,
                        "part": part,
                        "start_s": start_s,
                        "end_s": end_s,
                        "weight": weight,
                        "genre": genre,
                        "probability": probability,
                    }
                )
    return pd.DataFrame(rows)


def probability_frame(runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> pd.DataFrame:
    """Probabilities in per cent: genres in rows, runs in columns; missing where a run does not know a genre."""
    return pd.DataFrame(
        {
            name_with_seed(runs[run_id]): {
                genre: 100 * probability
                for genre, probability in zip(verdict.genres, verdict.probabilities, strict=True)
            }
            for run_id, verdict in verdicts.items()
        }
    ).rename_axis("Genre")


def spread_table(verdict: SongVerdict) -> pd.DataFrame:
    """Probability of each genre over the song and in its windows, the most probable first.

    Returns
    -------
    DataFrame
        ``genre``, ``probability`` (of the song), ``lowest``, ``highest`` (of a window), ``text``.
    """
    rows = []
    for place, (genre, probability) in enumerate(zip(verdict.genres, verdict.probabilities, strict=True)):
        windows = [window.probabilities[place] for window in verdict.windows]
        low, high = min(windows), max(windows)
        text = f"{100 * probability:.1f} %"
        if len(windows) > 1:
            text += f" ({100 * low:.0f} to {100 * high:.0f})"
        rows.append({"genre": genre, "probability": probability, "lowest": low, "highest": high, "text": text})
    return pd.DataFrame(rows).sort_values("probability", ascending=False, kind="stable", ignore_index=True)
