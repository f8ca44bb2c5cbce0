"""What a quality check found, as a table."""

from collections.abc import Container, Sequence

import pandas as pd

from core.clips.collection import Collection
from core.quality.findings import KINDS, Finding


def findings_table(whole: Collection, findings: Sequence[Finding], excluded: Container[str]) -> pd.DataFrame:
    """One row a finding, with the genres and what is excluded by now."""

    def genre(name: str | None) -> str:
        return "" if name is None else whole.clip(name).genre

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
                " and ".join(
                    name for name in (finding.clip, finding.counterpart) if name is not None and name in excluded
                )
                for finding in findings
            ],
        }
    )
