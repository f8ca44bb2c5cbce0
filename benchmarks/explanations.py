"""Explanations put to the test on real music, and what they cost: the shipped CNN on the clips of GTZAN mini.

For each clip a fifth of its cells is made quieter: the most salient ones, or as many at random. The fall of the
probability of the genre that the model named is compared clip by clip (Wilcoxon signed-rank test, one-sided). Times are
processor seconds of a clip of 30 s, the model loaded, the first clip left out.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.timing import Result, within
from core.explanation.explain import explain_song
from core.prediction.song import HeardSong, load_model
from core.runs.shipped import shipped_runs

SHARE = 0.2
_ALPHA = 0.05


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one; of fewer clips where it is to be quick."""
    from scipy.stats import wilcoxon

    clips = sorted((_shared() / "data" / "gtzan_mini" / "genres").glob("*/*.*"))[:: 16 if quick else 1]
    model_run = next(run for run in shipped_runs() if run.model_kind == "CNN")
    model = load_model(model_run.id)
    salient, at_random, kept, taken_s = [], [], [], []
    for clip in clips:
        started = time.process_time()
        heard = explain_song(HeardSong(clip), model_run.id, model=model, share=SHARE).heard
        taken_s.append(time.process_time() - started)
        assert heard is not None
        salient.append(heard.fall)
        at_random.append(heard.random_fall)
        kept.append(heard.probability(heard.kept))
    p_value = float(wilcoxon(salient, at_random, alternative="greater").pvalue)
    n_more = int(np.sum(np.array(salient) > np.array(at_random)))
    held = np.mean(salient) > np.mean(at_random) and p_value < _ALPHA
    yield Result(
        name=f"Fall of the probability without the most salient fifth, mean of {len(clips)} clips",
        ours_s=100 * float(np.mean(salient)),
        unit="points",
        other="",
        goal=f"more than without a random fifth ({100 * np.mean(at_random):.1f} points; more on {n_more} clips; "
        f"Wilcoxon p = {p_value:.1e})",
        met=bool(held),
    )
    yield Result(
        name="Probability with the most salient fifth alone, mean", ours_s=100 * float(np.mean(kept)), unit="%"
    )
    yield within("Explanation of a clip of 30 s, processor time, median", float(np.median(taken_s[1:])), 3.0)


def _shared() -> Path:
    return Path(os.environ.get("GENRE_LAB_SHARED", "../shared"))
