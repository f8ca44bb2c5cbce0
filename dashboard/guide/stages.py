"""Each step of the tour as things are: where its button leads, what is said of what is here, and what is lacking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import streamlit as st

from core.clips.collection import Collection
from core.evaluation.metrics import confusion_matrix
from core.evaluation.ordering import biggest_confusions
from core.exploration import complete_part, feature_ranking
from core.extraction.store import FeatureStore
from core.features.base import Features
from core.runs.comparing import Comparison
from core.runs.record import Run
from dashboard import services
from dashboard.guide.scene import Scene, clips_to_compare
from dashboard.sentences.comparison import lead_sentence
from dashboard.sentences.guide import BY_ID, StepId
from dashboard.sentences.guide_here import (
    collection_line,
    feature_line,
    mistake_line,
    no_second_curve,
    pair_line,
    run_line,
)
from dashboard.sentences.leak import leak_sentence, recipe_label
from dashboard.sentences.wording import escape_markdown

Lack = Literal["collection", "features"]


@dataclass(frozen=True, kw_only=True)
class Way:
    """Where a button leads.

    Attributes
    ----------
    page : str
        Address of one of our pages.
    what : str
        What is seen there, after the page's name on the button.
    query : mapping of str
    """

    page: str
    what: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A step as things are.

    Attributes
    ----------
    way : Way or None
        Of the step's button; None while what it needs is not there.
    here : tuple of str
        What is said of what is at hand, as Markdown.
    further : tuple of Way
        What else may be opened.
    lack : "collection", "features" or None
        What is not there yet and can be got on the spot.
    missing : str
        What is not there yet, in a sentence; empty where nothing is.
    shown : Run or None
        The run that the step tells of.
    notice : str
        What to notice instead of what the step says; empty where that holds.
    """

    way: Way | None = None
    here: tuple[str, ...] = ()
    further: tuple[Way, ...] = ()
    lack: Lack | None = None
    missing: str = ""
    shown: Run | None = None
    notice: str = ""


_NO_COLLECTION = Stage(lack="collection", missing="There is no music here yet.")
_OTHER = Way(page="collections", what="get another collection")
_LONGEST = 30
"""Characters of a collection's title on a button."""


def stage_of(step: StepId, scene: Scene) -> Stage:
    """A step as things are; `GenreLabError` where something that is there cannot be read."""
    return _STAGES[step](scene)


def _look(scene: Scene) -> Stage:
    collection = scene.collection
    if collection is None:
        return _NO_COLLECTION
    if not services.picture_front_ends(collection):
        return _without(collection, "no spectrograms")
    return Stage(
        way=Way(page="gallery", what="clips of each genre", query={"collection": collection.id, "show": "clips"}),
        here=(collection_line(collection),),
        further=(
            Way(page="gallery", what="the mean of each genre", query={"collection": collection.id, "show": "genres"}),
        ),
    )


def _listen(scene: Scene) -> Stage:
    collection = scene.collection
    if collection is None:
        return _NO_COLLECTION
    if not services.picture_front_ends(collection):
        return _without(collection, "no spectrograms")
    found = clips_to_compare(collection)
    if found is None:
        return _without(collection, "no two genres that can be heard")
    first, second, told = found
    return Stage(
        way=Way(
            page="gallery",
            what="two clips in step",
            query={"collection": collection.id, "show": "two", "clip": first.name, "other": second.name},
        ),
        here=(pair_line((first.name, first.genre), (second.name, second.genre), told),),
        further=(Way(page="human", what="name genres by ear, in a blind quiz", query={"tab": "Blind quiz"}),),
    )


def _without(collection: Collection, what: str) -> Stage:
    return Stage(
        missing=f"{escape_markdown(collection.title)} has {what}. Choose another collection above, or get one.",
        further=(_OTHER,),
    )


def _numbers(scene: Scene) -> Stage:
    collection = scene.collection
    if collection is None:
        return _NO_COLLECTION
    front_ends = services.numeric_front_ends(collection)
    if not front_ends:
        return _without(collection, "no numeric features")
    front_end = services.NUMERIC if services.NUMERIC in front_ends else front_ends[0]
    needed = services.standard_front_ends(collection)
    if services.n_missing(collection, needed):
        return Stage(lack="features", missing="The numbers of this collection are not computed yet.")
    query = {"collection": collection.id, "features": front_end.kind}
    best = _best_feature(collection, front_end)
    return Stage(
        way=Way(page="explore", what="the map of all clips", query={**query, "view": "map", "map": "pca", "dims": "2"}),
        here=(collection_line(collection) if best is None else best,),
        further=(
            Way(
                page="explore", what="which numbers part the genres", query={**query, "view": "ranking", "scope": "all"}
            ),
        ),
    )


def _best_feature(collection: Collection, front_end: Features) -> str | None:
    """Which number tells the genres apart best; None where that cannot be said of so few clips."""
    return _best_of(
        collection.id,
        collection.content_key,
        front_end.identity,
        FeatureStore(collection.id, front_end).version(),
        collection,
        front_end,
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _best_of(
    collection_id: str,
    content_key: str,
    identity: str,
    version: tuple[tuple[int, ...], ...],
    _collection: Collection,
    _front_end: Features,
) -> str | None:
    table = services.feature_table(_collection, front_end=_front_end)
    part = complete_part(table, list(_front_end.names))
    table = part.table
    if table["genre"].nunique() < 2 or len(table) < 3 or table["genre"].value_counts().max() < 2:
        return None
    best = feature_ranking(table, part.features, with_information=False).iloc[0]
    if best.isna()["eta_squared"]:
        return None
    return feature_line(
        str(best["feature"]),
        float(best["eta_squared"]),
        n_clips=len(table),
        n_genres=table["genre"].nunique(),
        n_features=len(part.features),
    )


def _ffnn(scene: Scene) -> Stage:
    return _of_kind(scene, "ffnn", "an FFNN")


def _cnn(scene: Scene) -> Stage:
    pair, own = scene.pair, scene.own("cnn")
    if pair is None or (own is not None and not scene.is_here(pair.cnn)):
        # There is no verdict to look at yet, but the curves of one network.
        stage = replace(_of_kind(scene, "cnn", "a CNN"), notice=BY_ID["ffnn"].notice)
        if own is None:
            return stage
        comparing = () if pair is None else (_comparing(pair, "CNN against FFNN of other runs"),)
        return replace(
            stage,
            missing="No FFNN was tested on the same clips yet, so there is nothing to hold it against.",
            further=(*_to_train(scene, "ffnn", scene.own("ffnn")), *comparing),
        )
    return Stage(
        way=_comparing(pair, "CNN against FFNN"),
        here=(run_line(pair.cnn), run_line(pair.ffnn), lead_sentence(pair.accuracy_difference, pair.cnn, pair.ffnn)),
        further=(
            Way(page="train", what="the curves of the CNN", query={"run": pair.cnn.id}),
            *_to_train(scene, "cnn", pair.cnn),
        ),
        shown=pair.cnn,
    )


def _comparing(pair: Comparison, what: str) -> Way:
    return Way(page="compare", what=what, query={"runs": f"{pair.cnn.id},{pair.ffnn.id}"})


def _of_kind(scene: Scene, kind: str, name: str) -> Stage:
    """A step on one kind of model: its run, else the form that trains one."""
    run = scene.best(kind)
    to_train = _to_train(scene, kind, run)
    if run is not None:
        return Stage(
            way=Way(page="train", what="how it learnt", query={"run": run.id}),
            here=tuple(filter(None, (run_line(run), no_second_curve(run)))),
            further=to_train,
            shown=run,
        )
    missing = f"No finished run of {name} is here yet."
    if to_train:
        return Stage(way=to_train[0], missing=missing)
    if scene.collection is None:
        return Stage(lack="collection", missing=f"{missing} Training one needs music.")
    why = "This dashboard does not let you train." if not scene.may_change else "Training needs at least two genres."
    return Stage(missing=f"{missing} {why}")


def _to_train(scene: Scene, kind: str, shown: Run | None) -> tuple[Way, ...]:
    """The way to training the study's network of a kind on the collection in view, or to where it trains already."""
    if (running := scene.under_way(kind)) is not None:
        return (Way(page="train", what="watch it learn", query={"run": running.id}),)
    collection = scene.collection
    if collection is None or not scene.may_change or len(collection.genres) < 2:
        return ()
    if shown is not None and scene.is_here(shown):
        return ()
    pictured = bool(services.picture_front_ends(collection))
    if not pictured:
        return ()
    query = {"collection": collection.id, "view": "Set up", "preset": f"study-{kind}"}
    title = collection.title if len(collection.title) <= _LONGEST else collection.title[: _LONGEST - 1] + "…"
    return (Way(page="train", what=f"train {'an FFNN' if kind == 'ffnn' else 'a CNN'} on {title}", query=query),)


def _mistakes(scene: Scene) -> Stage:
    run = scene.to_hear
    if run is None:
        return Stage(
            way=Way(page="human", what="the study's matrix", query={"run": "study", "tab": "Kinship"}),
            missing="No run is here yet whose mistakes could be heard: the button shows those of the study.",
            further=_to_train(scene, "cnn", None),
        )
    worst = next(iter(biggest_confusions(confusion_matrix(services.predictions(run.id)), most=1)), None)
    cell = {} if worst is None else {"actual": worst.actual, "predicted": worst.predicted}
    return Stage(
        way=Way(page="confusion", what="its biggest confusion", query={"run": run.id, **cell}),
        here=(run_line(run), mistake_line(run, worst)),
        further=(Way(page="human", what="do better, in a blind quiz", query={"run": run.id, "tab": "Blind quiz"}),),
        shown=run,
    )


def _leak(scene: Scene) -> Stage:
    meter = scene.meter
    if meter is None:
        ways = _to_train(scene, "cnn", None)
        missing = "Nothing is trained yet, so there is nothing to measure."
        if not ways and scene.collection is None:
            return Stage(lack="collection", missing=missing)
        return Stage(way=ways[0] if ways else None, missing=missing)
    return Stage(
        way=Way(page="compare", what="the leak meter", query={"tab": "Leak meter", "recipe": meter.key}),
        here=(f"{escape_markdown(recipe_label(meter))}. {leak_sentence(meter.rows)}",),
        shown=next((run for row in meter.rows for run in scene.runs if run.id in row.runs), None),
    )


_STAGES: dict[StepId, Callable[[Scene], Stage]] = {
    "look": _look,
    "listen": _listen,
    "numbers": _numbers,
    "ffnn": _ffnn,
    "cnn": _cnn,
    "mistakes": _mistakes,
    "leak": _leak,
}
