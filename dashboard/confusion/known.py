"""What is known of test clips besides their sound: artist and title, faults, tags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from core.clips.clip import ClipFacts
from core.clips.collection import Collection
from core.clips.excerpts import whole_name
from core.collections.annotations import Annotation, load_annotations
from core.collections.sound import sounds_elsewhere
from core.errors import GenreLabError
from core.quality.findings import Finding
from core.quality.store import load_report
from core.runs.record import Run
from dashboard.sentences.faults import fault_word, known_faults, repeats_by_group


@dataclass(frozen=True, eq=False)
class Known:
    """What the collection of some test clips, or their names, say of them.

    Attributes
    ----------
    run : Run
    collection : Collection
        From `dashboard.shared.tested_clips.tested_collection`.
    findings : mapping of str to sequence of Finding
        Of the last check of the collection, by each clip that they name.
    said : mapping of str to Annotation
        Tags and notes, by clip, here or where the clip can be heard.
    """

    run: Run
    collection: Collection
    findings: Mapping[str, Sequence[Finding]]
    said: Mapping[str, Annotation]

    def table(self, names: Sequence[str]) -> pd.DataFrame:
        """``artist``, ``title``, ``fault`` and ``tags`` of clips, each empty where nothing is known."""
        rows = []
        for name in names:
            whole = whole_name(name, self.run.config.split.n_excerpts)
            facts = self.collection.facts.get(whole, _NOTHING)
            fault = fault_word(facts, self.findings.get(whole, ()))
            said = self.said.get(whole)
            rows.append((facts.artist, facts.title, fault, ", ".join(said.tags) if said is not None else ""))
        return pd.DataFrame(rows, columns=["artist", "title", "fault", "tags"])

    def faults(self, name: str) -> list[str]:
        """Each known fault of a clip in words, as plain text."""
        whole = whole_name(name, self.run.config.split.n_excerpts)
        facts = self.collection.facts.get(whole, _NOTHING)
        return known_faults(whole, facts, repeats_by_group(self.collection.facts), self.findings.get(whole, ()))


_NOTHING = ClipFacts()


def known_of(run: Run, collection: Collection) -> Known:
    """What is known of the test clips of a run."""
    return Known(run, collection, _findings(collection), _said(collection))


def _findings(collection: Collection) -> dict[str, list[Finding]]:
    try:
        report = load_report(collection.id)
    except GenreLabError:
        return {}  # its page says so
    found: dict[str, list[Finding]] = {}
    for finding in () if report is None else report.findings:
        for name in dict.fromkeys(filter(None, (finding.clip, finding.counterpart))):
            found.setdefault(name, []).append(finding)
    return found


def _said(collection: Collection) -> dict[str, Annotation]:
    try:
        said = dict(load_annotations(collection.id))
        for name, sound in sounds_elsewhere(collection).items():
            # A clip that is a part of another one has its tags with the whole, of which more is said than of the part.
            entry = None if sound.start_s is not None else load_annotations(sound.collection_id).get(sound.clip.name)
            if entry is not None:
                said.setdefault(name, entry)
    except GenreLabError:
        return {}  # the menu of the clip says so
    return said
