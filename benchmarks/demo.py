"""Whether the demo sounds like what it imitates: heard by ears that know real music, and told apart by Study CNN.

The head of the trained ears learns on real clips from the folder that `GENRE_LAB_SHARED` names (beside the checkout
when it names none); it has never heard the demo. Its verdicts are on clips as `core.importing.demo` makes them.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.timing import Result
from core.audio import read_audio
from core.evaluation.metrics import wilson_interval
from core.features.base import AudioFrontEnd
from core.importing.demo import DEMO_SEED, N_CLIPS_PER_GENRE, encode_clip
from core.models.estimators import ClassicalModel, fit_classical
from core.models.scaling import fit_scaling
from core.recipe.presets import PRESETS
from core.synthesis import GENRES

FRESH_SEEDS = (2001, 2002, 2003)
"""No recipe was tuned on clips of these seeds."""
N_FRESH = 6
"""Clips a genre and seed."""
LEAST_TAKEN, MOST_TOLD_APART = 0.6, 0.9
N_FOLDS = 5
REAL = ("gtzan_excerpts", "gtzan_mini/genres")
_LIMIT_S = 3600


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one; the tables of what is taken for what are printed."""
    front_end = PRESETS["trained-ears"].front_end
    assert isinstance(front_end, AudioFrontEnd)
    data = shared_data()
    if reason := front_end.why_not_here or why_no_real_clips(data):
        print(f"Nobody hears the demo: {reason}", file=sys.stderr)
    else:
        yield from _heard(
            learn_from_real_clips(data, front_end, n_per_genre=8 if quick else None), front_end, quick=quick
        )
    told = measure_study_cnn(n_clips_per_genre=5 if quick else N_CLIPS_PER_GENRE, n_folds=2 if quick else N_FOLDS)
    low, high = wilson_interval(told["n_correct"], told["n"])
    share = told["n_correct"] / told["n"]
    yield Result(
        name=f"Study CNN on the demo, {told['protocol']}, n {told['n']} (95 %: {low:.0%} to {high:.0%})",
        ours_s=100 * share,
        unit="%",
        goal=f"below {MOST_TOLD_APART:.0%}: genres overlap",
        met=share < MOST_TOLD_APART,
    )


def _heard(head: ClassicalModel, front_end: AudioFrontEnd, *, quick: bool) -> Iterator[Result]:
    fresh = [hear(head, front_end, seed, 1 if quick else N_FRESH) for seed in FRESH_SEEDS]
    yield from taken("made anew", pd.concat(fresh).groupby(level=0).sum())
    if not quick:
        yield from taken("of the demo itself", hear(head, front_end, DEMO_SEED, N_CLIPS_PER_GENRE))


def shared_data() -> Path:
    """Folder where the real clips are looked for."""
    return Path(os.environ.get("GENRE_LAB_SHARED") or Path(__file__).resolve().parents[2] / "shared") / "data"


def why_no_real_clips(data: Path) -> str:
    """What is missing of the real clips, in words; empty where they are there."""
    missing = [name for name in REAL if not (data / name).is_dir()]
    if not missing:
        return ""
    return (
        f"{data} has no {' and no '.join(missing)}, on which the ears' head learns. "
        "Name the folder above data in GENRE_LAB_SHARED."
    )


def learn_from_real_clips(data: Path, front_end: AudioFrontEnd, *, n_per_genre: int | None = None) -> ClassicalModel:
    """The head of the preset Trained ears, fitted on the real clips (of each folder the first ``n_per_genre``)."""
    paths = [
        path
        for folder in REAL
        for genre in GENRES
        for path in sorted((data / folder / genre).glob("*.flac"))[:n_per_genre]
    ]
    heard = np.stack([front_end.transform(read_audio(path, sr_hz=front_end.sr_hz))[0] for path in paths])
    labels = np.array([GENRES.index(path.parent.name) for path in paths])
    scaling = fit_scaling(front_end, lambda: heard)
    return fit_classical(PRESETS["trained-ears"].model, heard, labels, scaling=scaling, seed=0)


def hear(head: ClassicalModel, front_end: AudioFrontEnd, seed: int, n_per_genre: int) -> pd.DataFrame:
    """Counts of clips of a demo, rows what they imitate and columns what they are taken for."""
    counts = pd.DataFrame(0, index=list(GENRES), columns=list(GENRES))
    for genre in GENRES:
        sounds = (
            read_audio(encode_clip(genre, index, seed=seed), sr_hz=front_end.sr_hz) for index in range(n_per_genre)
        )
        heard = np.stack([front_end.transform(samples)[0] for samples in sounds])
        for verdict in np.argmax(head.predict_on_batch(heard), axis=1):
            counts.loc[genre, GENRES[verdict]] += 1
    return counts


def taken(which: str, counts: pd.DataFrame) -> Iterator[Result]:
    """Share of clips taken for the genre they imitate, overall and for each genre; prints the table."""
    print(f"What the ears take clips {which} for (rows: what they imitate)\n{counts.to_string()}\n")
    n_own, n = int(np.trace(counts.to_numpy())), int(counts.to_numpy().sum())
    low, high = wilson_interval(n_own, n)
    yield Result(
        name=f"Clips {which} taken for their genre, n {n} (95 %: {low:.0%} to {high:.0%})",
        ours_s=100 * n_own / n,
        unit="%",
        goal=f"at least {LEAST_TAKEN:.0%}",
        met=n_own / n >= LEAST_TAKEN,
    )
    for genre in counts.index:
        n_of_genre = int(counts.loc[genre].sum())
        low, high = wilson_interval(int(counts.loc[genre, genre]), n_of_genre)
        yield Result(
            name=f"the same, {genre}, n {n_of_genre} (95 %: {low:.0%} to {high:.0%})",
            ours_s=100 * counts.loc[genre, genre] / n_of_genre,
            unit="%",
        )


def measure_study_cnn(*, n_clips_per_genre: int, n_folds: int) -> dict[str, Any]:
    """Make the demo in a home of its own, in a process of its own, and cross-validate Study CNN on it by clip."""
    command = [sys.executable, "-m", "benchmarks.demo", str(n_clips_per_genre), str(n_folds)]
    with tempfile.TemporaryDirectory(prefix="genre-lab-demo-") as home:
        finished = subprocess.run(
            command,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=_LIMIT_S,
            env=os.environ | {"GENRE_LAB_HOME": home},
        )
    told: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return told


def main(n_clips_per_genre: int, n_folds: int) -> None:
    """Make the demo here, train the folds, and print how many test clips were right."""
    from core.evaluation.metrics import evaluate
    from core.importing.demo import build_demo
    from core.queue.launch import train_here
    from core.runs.results import load_predictions
    from core.splits.config import SplitConfig

    demo = build_demo(n_clips_per_genre=n_clips_per_genre)
    assert demo is not None
    configure = partial(PRESETS["study-cnn"].configure, demo.id, demo.genres)
    results = []
    for fold in range(1, n_folds + 1):
        finished = train_here(configure(split=SplitConfig(n_folds=n_folds, fold=fold)))
        if finished.status != "finished":
            raise SystemExit(f"Fold {fold} was {finished.status}: {finished.error or 'no reason given'}")
        results.append(evaluate(load_predictions(finished.id), protocol=finished.config.split.title.lower()))
        print(f"fold {fold}: {results[-1].accuracy:.0%} of {results[-1].n}", file=sys.stderr)
    counts = {"n_correct": sum(result.n_correct for result in results), "n": sum(result.n for result in results)}
    print(json.dumps({**counts, "protocol": f"by clip, {n_folds} folds"}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
