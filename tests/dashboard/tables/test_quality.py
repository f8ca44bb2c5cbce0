from pathlib import Path

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.annotations import Annotation, Correction, Exclusion
from core.quality.findings import EXACT, Finding
from dashboard.tables.quality import findings_table

CLIPS = tuple(Clip(name, name[:-1], None, 30.0, 1, 1) for name in ("blues1", "blues2", "jazz1"))
TINY = Collection("tiny", "Tiny", "folder", "here", "free", False, Path("."), CLIPS)
OUT = Exclusion("faulty", 1.0)


def test_a_finding_is_a_row_with_genres_and_what_is_excluded() -> None:
    findings = [
        Finding(EXACT, "blues1", "jazz1", 1.0, "same samples", 0.5),
        Finding("silent", "blues2", None, 0.6, "60 % silent"),
    ]
    said = {
        "jazz1": Annotation(exclusion=OUT),
        "blues2": Annotation(
            exclusion=OUT, tags=("old", "live"), note="Hum.", correction=Correction("jazz", "blues", 1.0)
        ),
    }
    table = findings_table(TINY, findings, said)
    assert table.columns.tolist() == [
        "kind", "clip", "genre", "counterpart", "counterpart_genre", "score", "offset_s", "reason", "excluded",
        "right_genre", "tags", "note",
    ]  # fmt: skip
    assert table.iloc[0].tolist() == [
        "Exact repeats", "blues1", "blues", "jazz1", "jazz", 1.0, 0.5, "same samples", "jazz1", "", "", "",
    ]  # fmt: skip
    assert table.iloc[1][["kind", "counterpart", "counterpart_genre", "excluded"]].tolist() == [
        "Silent", "", "", "blues2",
    ]  # fmt: skip
    assert table.iloc[1][["right_genre", "tags", "note"]].tolist() == ["jazz", "old; live", "Hum."]
    both = findings_table(TINY, findings[:1], dict.fromkeys(("blues1", "jazz1"), Annotation(exclusion=OUT)))
    assert both["excluded"].tolist() == ["blues1 and jazz1"]
