"""What a recipe learnt from short cuts says of whole clips, by artists that it has not heard.

Conventions: a whole clip is judged as a song is on Classify, in windows, by the mean of their probabilities. For each
artist a model is fitted on the cuts of all others, out of those that the fault-filtered run learnt from; so every
whole clip is judged once, by a model that knows neither the clip nor its artist.
"""

from collections.abc import Callable, Iterable

import pandas as pd

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.errors import RunError
from core.evaluation.metrics import evaluate
from core.evaluation.predictions import Predictions, TestResult
from core.extraction.store import FeatureStore
from core.jobs.reporter import ProgressReporter
from core.models.estimators import ClassicalModel
from core.prediction.song import HeardSong
from core.runs.record import Run
from core.runs.results import load_split
from core.splits.groups import groups_of
from core.training.dataset import PartData
from core.training.fit import fit_estimator


def judge_whole_clips(
    run: Run, cuts: Collection, whole: Collection, *, on_clip: Callable[[int, int], None] = lambda done, total: None
) -> TestResult:
    """A recipe on whole clips, each judged by a model that was fitted without the clip's artist.

    Parameters
    ----------
    run : Run
        Finished, of a classical model, on ``cuts``.
    cuts, whole : Collection
        Short cuts and whole clips, named alike, with the facts of both.
    on_clip : callable
        Called before each clip with the clips done, and their number.
    """
    split = load_split(run.id)
    learnt = [cuts.clip(name) for name in (*split["train"], *split["validation"])]
    facts = {**cuts.facts, **whole.facts}
    rows: list[tuple[Clip, dict[str, float]]] = []
    for clips in groups_of(whole.clips, facts, "artist"):
        strangers = _without(learnt, clips, facts)
        model = _fit(run, cuts, strangers)
        for clip in clips:
            on_clip(len(rows), len(whole.clips))
            rows.append((clip, _judge(clip, run, model)))
    n_artists = len(groups_of(whole.clips, facts, "artist"))
    protocol = (
        f"whole clips in windows, as songs are judged; for each of {n_artists} artists fitted on cuts of the others, "
        f"out of the {len(learnt)} that the fault-filtered model learnt from"
    )
    return evaluate(_predictions(rows, run), protocol=protocol)


def judge_strangers(run: Run, cuts: Collection, whole: Collection) -> TestResult | None:
    """A run itself on those whole clips whose artists it has not learnt from; None where there is none."""
    split = load_split(run.id)
    learnt = [cuts.clip(name) for name in (*split["train"], *split["validation"])]
    facts = {**cuts.facts, **whole.facts}
    strange = [clip for clip in whole.clips if len(_without(learnt, [clip], facts)) == len(learnt)]
    if not strange:
        return None
    rows = [(clip, _judge(clip, run, None)) for clip in strange]
    protocol = f"whole clips in windows, as songs are judged; the {len(strange)} whose artists were not learnt from"
    return evaluate(_predictions(rows, run), protocol=protocol)


def _without(learnt: Iterable[Clip], clips: Iterable[Clip], facts: dict[str, ClipFacts]) -> list[Clip]:
    """Those of the clips learnt from that are neither of the same recordings nor by the same artists."""
    names = {clip.name for clip in clips}
    artists = {_artist(name, facts) for name in names} - {""}
    repeats = {facts[name].group for name in names if name in facts} - {""}
    return [
        clip
        for clip in learnt
        if clip.name not in names
        and _artist(clip.name, facts) not in artists
        and (facts[clip.name].group if clip.name in facts else "") not in repeats
    ]


def _artist(name: str, facts: dict[str, ClipFacts]) -> str:
    return facts[name].artist.casefold().strip() if name in facts else ""


def _fit(run: Run, cuts: Collection, clips: list[Clip]) -> ClassicalModel:
    if not run.config.is_classical:
        raise RunError(f"Expected a run of a classical model, got {run.model_kind}.")
    part = PartData(FeatureStore(cuts.id, run.config.front_end), clips, run.config.genres)
    model, _ = fit_estimator(run.config, part, None, reporter=ProgressReporter(), on_epoch=lambda record: None)
    return model


def _judge(clip: Clip, run: Run, model: ClassicalModel | None) -> dict[str, float]:
    assert clip.path is not None
    verdict = HeardSong(clip.path).judged_by(run.id, model=model)
    return dict(zip(verdict.genres, verdict.probabilities, strict=True))


def _predictions(rows: list[tuple[Clip, dict[str, float]]], run: Run) -> Predictions:
    table = pd.DataFrame([{"clip": clip.name, "actual": clip.genre, **said} for clip, said in rows])
    genres = list(run.config.genres)
    table.insert(2, "predicted", table[genres].idxmax(axis=1))
    return Predictions(table, run.config.genres)
