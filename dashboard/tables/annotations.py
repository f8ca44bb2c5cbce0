"""What people said of clips, as tables."""

from collections.abc import Mapping, Sequence

import pandas as pd

from core.clips.collection import Collection
from core.collections.annotations import Annotation
from core.collections.corrections import CorrectedLabel
from dashboard.sentences.wording import format_time


def annotations_table(
    whole: Collection, annotations: Mapping[str, Annotation], corrections: Sequence[CorrectedLabel]
) -> pd.DataFrame:
    """One row a clip of which something is said, the latest first.

    Parameters
    ----------
    whole : Collection
        With its excluded clips.
    annotations : mapping of clip name to Annotation
        Of clips of the collection.
    corrections : sequence of CorrectedLabel
    """
    right = {each.clip: each.genre for each in corrections}
    names = sorted(annotations, key=lambda name: (-said_at(annotations[name]), name))
    entries = [annotations[name] for name in names]
    times = [said_at(entry) for entry in entries]
    return pd.DataFrame(
        {
            "Clip": names,
            "Label": [whole.by_name[name].genre for name in names],
            "Right genre": [right.get(name, "") for name in names],
            "Tags": [list(entry.tags) for entry in entries],
            "Note": [" ".join(entry.note.split()) for entry in entries],
            "Excluded": [entry.exclusion is not None for entry in entries],
            "Changed": [format_time(at) if at else "" for at in times],
        }
    )


def said_at(entry: Annotation) -> float:
    """Unix time at which something was said of a clip last; 0 where that is not known."""
    return max(
        entry.noted_at or 0.0,
        0.0 if entry.correction is None else entry.correction.corrected_at,
        0.0 if entry.exclusion is None else entry.exclusion.excluded_at,
    )
