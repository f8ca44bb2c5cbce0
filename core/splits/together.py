"""What a split keeps together: what is certain always, what is likely where a person says so, and both in words.

Certain are clips that their names, or the collection itself, call parts or copies of one recording
(`core.clips.related`; they have one ``parent`` in a collection's facts), and repeats that the quality check heard. Of a
collection that lists repeats of its own, as GTZAN's facts do, by clip leaves these apart all the same, since that is
what the study did; dividing by repeat group does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.clips.related import ALTERED, COPY, PART, PASSAGES, SAME_SONG, STATED, Related, Relation
from core.splits.config import SplitConfig
from core.splits.findings import facts_with_findings, found_pairs
from core.splits.groups import known_levels
from core.splits.protocols import Protocol

_MOST_NAMED = 2
_WHY = {STATED: "as the collection says", SAME_SONG: "having one artist and title", PASSAGES: "cut at import"}
_WHAT = {
    PART: "parts",
    ALTERED: "altered copies",
    COPY: "copies",
    STATED: "parts",
    SAME_SONG: "takes",
    PASSAGES: "excerpts",
}


def joined_facts(collection: Collection, config: SplitConfig) -> Mapping[str, ClipFacts]:
    """Facts of a collection in which what a split joins besides belongs together: likely recordings, and repeats."""
    if config.join_likely and (likely := collection.related.likely):
        facts = dict(collection.facts)
        for name, recording in likely.items():
            facts[name] = replace(facts.get(name, ClipFacts()), parent=recording)
        collection = replace(collection, facts=facts)
    return facts_with_findings(collection) if config.join_findings else collection.facts


def joins_findings(collection: Collection, clips: Sequence[Clip], protocol: Protocol) -> bool:
    """Whether repeats that the quality check heard are kept together without being asked for.

    Parameters
    ----------
    collection : Collection
    clips : sequence of Clip
        Those that are divided.
    protocol : Protocol
    """
    if not protocol.joins or "repeat" in known_levels(clips, collection.facts):
        return False
    names = {clip.name for clip in clips}
    return any(set(pair) <= names for pair in found_pairs(collection.id))


def together_sentences(related: Related) -> tuple[str, ...]:
    """What is kept together for certain, a sentence for each way in which clips belong together."""
    return tuple(
        f"{_said(relation)} {_are(relation)} {_WHAT[relation.kind]} of {_recordings(relation)}, {_by(relation)}; clips "
        "of one recording are kept together."
        for relation in related.relations
        if relation.certain
    )


def likely_sentence(related: Related) -> str:
    """What is only likely, in one sentence; empty where nothing is."""
    said = [
        f"{_said(relation)} may be {_WHAT[relation.kind]} of {_recordings(relation)}, {_by(relation)}"
        for relation in related.relations
        if not relation.certain
    ]
    return "; ".join(said) + "." if said else ""


def _said(relation: Relation) -> str:
    return f"{len(relation.clips):,} clips"


def _are(relation: Relation) -> str:
    return "are originals and" if relation.kind in (ALTERED, COPY) else "are"


def _recordings(relation: Relation) -> str:
    one = "song" if relation.kind in (SAME_SONG, PASSAGES) else "recording"
    return f"{relation.n_recordings:,} {one}{'' if relation.n_recordings == 1 else 's'}"


def _by(relation: Relation) -> str:
    named = ", ".join(relation.clips[:_MOST_NAMED])
    why = _WHY.get(relation.kind, "by their names")
    return f"{why} ({named}{' …' if len(relation.clips) > _MOST_NAMED else ''})"
