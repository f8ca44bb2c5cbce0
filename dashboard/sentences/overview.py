"""Where to go on, in words: what to do next, what was looked at last, and the result to lead with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.collections.registry import CollectionSummary
from core.evaluation.caution import FEWEST_TEST_CLIPS
from core.experiments.honest import Honest, why_behind
from core.runs.comparing import best_comparison, best_first, missing_of_pair
from core.runs.record import Run
from dashboard.sentences.wording import escape_markdown, format_plural

_LONGEST = 60
"""Characters of a name in a link."""
LOOSE_SPLIT = "This split does not keep artists apart: some of the accuracy may be memory of them."
_PRESETS = {"a CNN": "study-cnn", "an FFNN": "study-ffnn"}


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What to do next.

    Attributes
    ----------
    title, text : str
        The text is Markdown.
    page, label : str
        Where that is done, and what the link says.
    query : mapping of str
    """

    title: str
    text: str
    page: str
    label: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a next step follows from.

    Attributes
    ----------
    collection : CollectionSummary or None
        That in view, ready; None where none is.
    n_without_features : int
        Of its clips.
    runs : sequence of Run
        All, newest first.
    may_change : bool
        Whether this visitor may train and compute.
    """

    collection: CollectionSummary | None
    n_without_features: int
    runs: Sequence[Run]
    may_change: bool


def next_step(now: Situation) -> NextStep:
    """What to do next, from what is there and what is not."""
    if not now.may_change:
        return _to_look(now)
    if now.collection is None:
        return NextStep(
            title="Get music",
            text="There is no collection here yet. The demo below takes about a minute; your own music can be imported "
            "instead.",
            page="collections",
            label="Get or import music",
        )
    running = [run for run in now.runs if run.status == "running"]
    if running:
        return NextStep(
            title="Watch it learn",
            text=f"**{escape_markdown(_cut(running[0].config.name))}** is in training now.",
            page="train",
            label="See how far it is",
            query={"run": running[0].id},
        )
    if now.n_without_features:
        return NextStep(
            title="Compute the features",
            text=f"{format_plural(now.n_without_features, 'clip')} of {escape_markdown(_cut(now.collection.title))} "
            "cannot be shown as numbers or pictures yet. Explore computes them as soon as it is opened.",
            page="explore",
            label="Open Explore",
            query={"collection": now.collection.id},
        )
    return _after_features(now, now.collection)


def _after_features(now: Situation, collection: CollectionSummary) -> NextStep:
    """What comes once there is something to learn from."""
    own = [run for run in now.runs if run.status == "finished" and run.result is not None and not run.shipped]
    title = escape_markdown(_cut(collection.title))
    if not own and len(collection.genres) < 2:
        return NextStep(
            title="Bring a second genre",
            text=f"{title} has one genre only: a model can learn to tell apart what there are two of.",
            page="collections",
            label="Import more music",
            query={"collection": collection.id},
        )
    if missing := missing_of_pair(own):
        have = f"{format_plural(len(own), 'run')} finished, none of them {missing[0]}. " if own else ""
        return NextStep(
            title=f"Train {missing[0]}",
            text=f"{have}The study's settings are filled in; train on {'the same genres' if own else title}.",
            page="train",
            label=f"Set up {missing[0]}",
            query={"collection": collection.id, "view": "Set up", "preset": _PRESETS[missing[0]]},
        )
    pair = best_comparison(own)
    if pair is None:
        return NextStep(
            title="Make the two comparable",
            text="A CNN and an FFNN are trained, but on different clips or splits. Compare says in what they differ.",
            page="compare",
            label="Open Compare",
        )
    assert pair.cnn.result is not None
    if pair.cnn.result.n < FEWEST_TEST_CLIPS:
        return NextStep(
            title="Test on more clips",
            text=f"CNN and FFNN were tested on {format_plural(pair.cnn.result.n, 'clip')}, too few to tell them apart. "
            "Train on more clips, or in folds: then each clip is tested once.",
            page="train",
            label="Train again",
            query={"reuse": pair.cnn.id},
        )
    if not pair.cnn.config.split.rules.is_strict:
        return NextStep(
            title="Measure the leak",
            text="CNN and FFNN were tested on clips of artists that they may have learnt from. Train the same under a "
            "stricter split, and see what is left.",
            page="compare",
            label="Open the leak meter",
            query={"tab": "Leak meter"},
        )
    return NextStep(
        title="Hear the mistakes",
        text="CNN and FFNN are compared on a strict split. Now hear what they take for what.",
        page="confusion",
        label="Open Confusion",
        query={"run": pair.cnn.id},
    )


def _to_look(now: Situation) -> NextStep:
    """What is left to who may not change anything."""
    finished = best_first(now.runs)
    if finished:
        return NextStep(
            title="Hear the mistakes",
            text=f"Nothing can be changed here, but everything can be looked at: start with the mistakes of "
            f"**{escape_markdown(_cut(finished[0].config.name))}**.",
            page="confusion",
            label="Open Confusion",
            query={"run": finished[0].id},
        )
    if now.collection is not None:
        return NextStep(
            title="Look and listen",
            text=f"{escape_markdown(_cut(now.collection.title))} can be seen and heard.",
            page="gallery",
            label="Open Gallery",
            query={"collection": now.collection.id},
        )
    return NextStep(
        title="Nothing to see yet",
        text="There is neither music nor a run here, and nothing can be changed by you. Ask who runs this dashboard.",
        page="guide",
        label="Read the guide",
    )


def visit_text(title: str, query: Mapping[str, str], *, collections: Mapping[str, str], runs: Mapping[str, str]) -> str:
    """A page and what it showed, as Markdown: ``Confusion · Study CNN · blues taken for rock``.

    Parameters
    ----------
    title : str
        Of the page.
    query : mapping
        What its address said.
    collections, runs : mapping of id to str
        Titles and names of those that are there.
    """
    parts = [query[name] for name in ("tab", "view", "show") if name in query]
    parts += [collections[query["collection"]]] if query.get("collection") in collections else []
    parts += [runs[query["run"]]] if query.get("run") in runs else []
    if "runs" in query:
        parts.append(format_plural(sum(run in runs for run in query["runs"].split(",")), "run"))
    if "actual" in query and "predicted" in query:
        parts.append(
            f"{query['actual']} taken for {query['predicted']}"
            if query["actual"] != query["predicted"]
            else f"{query['actual']} told rightly"
        )
    parts += [query["clip"]] if "clip" in query else []
    return " · ".join(escape_markdown(_cut(part)) for part in (title, *parts))


def seeds_text(told: Honest) -> str:
    """That a result is the middle one of several seeds; empty where it is not."""
    return f" · the middle one of {len(told.runs):,} seeds" if told.kind == "seeds" else ""


def newest_text(newest: Run, best: Honest) -> str:
    """Why the newest run is not the one that is led with, as Markdown; empty where it is."""
    why = why_behind(newest, best)
    return f"Newer, but not put first: {escape_markdown(_cut(newest.config.name))}, because {why}." if why else ""


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
