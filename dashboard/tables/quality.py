"""What a quality check found, as a table."""

from collections.abc import Mapping, Sequence

import pandas as pd

from core.clips.collection import Collection
from core.collections.annotations import Annotation
from core.quality.findings import KINDS, Finding

_NOTHING = Annotation()


def findings_table(
    whole: Collection, findings: Sequence[Finding], annotations: Mapping[str, Annotation]
) -> pd.DataFrame:
    """One row a finding, with the genres, what is excluded by now, and what people said of its clip."""
    said = [annotations.get(finding.clip, _NOTHING) for finding in findings]

    def genre(name: str | None) -> str:
        return "" if name is None else whole.clip(name).genre

    def is_out(name: str | None) -> bool:
        return name is not None and annotations.get(name, _NOTHING).exclusion is not None

    return pd.DataFrame(
        {
            "kind": [KINDS[finding.kind] for finding in findings],
            "clip": [finding.clip for finding in findings],
            "genre": [genre(finding.clip) for finding in findings],
            "counterpart": [finding.counterpart or "" for finding in findings],
            "counterpart_genre": [genre(finding.counterpart) for finding in findings],
            "score": [finding.score for finding in findings],
            "offset_s": [finding.offset_s for finding in findings],
            "reason": [finding.reason for finding in findings],
            "excluded": [
                " and ".join(str(name) for name in (finding.clip, finding.counterpart) if is_out(name))
                for finding in findings
            ],
            "right_genre": ["" if entry.correction is None else entry.correction.genre for entry in said],
            "tags": ["; ".join(entry.tags) for entry in said],
            "note": [entry.note for entry in said],
        }
    )
