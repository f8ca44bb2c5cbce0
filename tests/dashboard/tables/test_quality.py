from pathlib import Path

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.quality.findings import EXACT, Finding
from dashboard.tables.quality import findings_table

CLIPS = tuple(Clip(name, name[:-1], None, 30.0, 1, 1) for name in ("blues1", "blues2", "jazz1"))
TINY = Collection("tiny", "Tiny", "folder", "here", "free", False, Path("."), CLIPS)


def test_a_finding_is_a_row_with_genres_and_what_is_excluded() -> None:
    findings = [
        Finding(EXACT, "blues1", "jazz1", 1.0, "same samples", 0.5),
        Finding("silent", "blues2", None, 0.6, "60 % silent"),
    ]
    table = findings_table(TINY, findings, {"jazz1", "blues2"})
    assert table.columns.tolist() == [
        "kind", "clip", "genre", "counterpart", "counterpart_genre", "score", "offset_s", "reason", "excluded",
    ]  # fmt: skip
    assert table.iloc[0].tolist() == [
        "Exact repeats", "blues1", "blues", "jazz1", "jazz", 1.0, 0.5, "same samples", "jazz1",
    ]  # fmt: skip
    assert table.iloc[1][["kind", "counterpart", "counterpart_genre", "excluded"]].tolist() == [
        "Silent", "", "", "blues2",
    ]  # fmt: skip
    both = findings_table(TINY, findings[:1], {"blues1", "jazz1"})
    assert both["excluded"].tolist() == ["blues1 and jazz1"]
