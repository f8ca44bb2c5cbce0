"""Repeats that the quality check found join those that are known."""

from core.clips.clip import ClipFacts
from core.quality.findings import Finding
from core.quality.store import QualityReport, save_report
from core.splits.config import SplitConfig
from core.splits.findings import facts_with_findings
from core.splits.groups import groups_of, straddling
from core.splits.make import make_split
from tests.core.splits.clips import as_collection, clip


def test_found_pairs_join_known_groups_and_each_other() -> None:
    clips = [clip(f"{genre}.{number}", genre) for genre in ("jazz", "rock") for number in range(20)]
    facts = {"jazz.0": ClipFacts(group="g"), "jazz.1": ClipFacts(group="g")}
    collection = as_collection(clips, facts)
    pairs = [("jazz.1", "jazz.2", "exact"), ("rock.3", "rock.4", "near"), ("rock.4", "rock.5", "near")]
    findings = [Finding(kind, one, other, 1.0, "") for one, other, kind in pairs]
    findings += [Finding("silent", "rock.9", None, 1.0, ""), Finding("exact", "rock.1", "gone", 1.0, "")]
    assert facts_with_findings(collection) is facts
    save_report("test", QualityReport("f", 0.0, 40, tuple(findings)))
    joined = facts_with_findings(collection)
    groups = [[each.name for each in group] for group in groups_of(clips, joined, "repeat") if len(group) > 1]
    assert groups == [["jazz.0", "jazz.1", "jazz.2"], ["rock.3", "rock.4", "rock.5"]]
    split = make_split(collection, SplitConfig(protocol="repeat", join_findings=True), seed=0)
    assert straddling(split, joined, "repeat").n == 0
    assert "with repeats found by the quality check" in split.protocol
    assert facts == {"jazz.0": ClipFacts(group="g"), "jazz.1": ClipFacts(group="g")}
