"""Repeats that the quality check found, as groups beside those that a collection's facts name."""

from collections.abc import Mapping
from dataclasses import replace

from core.clips.clip import ClipFacts
from core.clips.collection import Collection
from core.errors import CollectionError
from core.quality.findings import EXACT, NEAR
from core.quality.store import load_report


def found_pairs(collection_id: str) -> tuple[tuple[str, str], ...]:
    """Pairs of clips that the last check called exact repeats or near duplicates; none where there was no check."""
    try:
        report = load_report(collection_id)
    except CollectionError:
        return ()  # Quality itself says that its report is damaged
    if report is None:
        return ()
    pairs = [
        (finding.clip, finding.counterpart)
        for finding in report.findings
        if finding.kind in (EXACT, NEAR) and finding.counterpart is not None
    ]
    return tuple(sorted(pairs))


def is_checked(collection_id: str) -> bool:
    """Whether the quality check has looked for repeats in a collection."""
    try:
        return load_report(collection_id) is not None
    except CollectionError:
        return False


def facts_with_findings(collection: Collection) -> Mapping[str, ClipFacts]:
    """Facts in which clips that were found to repeat one another have one group, joined with the groups known before.

    A pair of which one clip is not in the collection any more joins nothing.
    """
    present = {clip.name for clip in collection.clips}
    pairs = [pair for pair in found_pairs(collection.id) if set(pair) <= present]
    if not pairs:
        return collection.facts
    facts = dict(collection.facts)
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            key = leader[key]
        return key

    def key_of(name: str) -> str:
        known = facts.get(name)
        return f"group {known.group}" if known is not None and known.group else f"found {name}"

    for one, other in pairs:
        ends = sorted((find(key_of(one)), find(key_of(other))))
        leader[ends[1]] = ends[0]
    for name in present:
        key = key_of(name)
        if key in leader:
            facts[name] = replace(facts.get(name, ClipFacts()), group=find(key))
    return facts
