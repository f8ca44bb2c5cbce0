"""What people said of clips, in words."""

from collections import Counter
from collections.abc import Mapping, Sequence

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.annotations import Annotation
from core.collections.corrections import CorrectedLabel
from dashboard.sentences.wording import escape_markdown, format_plural, format_time

EXCLUDED_BY_HAND = "Excluded by hand"
"""Reason of a clip that somebody left out in the menu of the clip."""
_NOTE_SHOWN = 90
_MOST_TAGS = 12


def genre_words(genre: str) -> str:
    """That the label of a clip is wrong, in a few words, as plain text."""
    return f"Label wrong: {genre}"


def note_words(note: str) -> str:
    """The beginning of a note on one line, as Markdown."""
    line = " ".join(note.split())
    return escape_markdown(line if len(line) <= _NOTE_SHOWN else f"{line[: _NOTE_SHOWN - 1]}…")


def label_words(whole: Collection, clip: Clip, entry: Annotation) -> str:
    """How a clip is labelled, and since when that is said to be wrong, as Markdown."""
    written = whole.genre_as_written(clip)
    label = f"labelled {escape_markdown(clip.genre)}"
    if written != clip.genre:
        label += f", as written {escape_markdown(written)}"
    if entry.correction is None:
        return label
    if entry.correction.genre == clip.genre:
        return f"{label}, as somebody said on {format_time(entry.correction.corrected_at)}"
    return f"{label}; said to be wrong on {format_time(entry.correction.corrected_at)}"


def annotated_words(
    annotations: Mapping[str, Annotation], corrections: Sequence[CorrectedLabel], tags: Counter[str]
) -> str:
    """What is said of the clips of a collection, counted, as Markdown.

    Parameters
    ----------
    annotations : mapping of clip name to Annotation
    corrections : sequence of CorrectedLabel
    tags : Counter of str
        Clips of each tag.
    """
    if not annotations:
        return "None yet. *Tags and more* below the player of every clip adds them, on every page."
    n_corrected = sum(not each.is_settled for each in corrections)
    n_noted = sum(bool(entry.note) for entry in annotations.values())
    parts = [
        f"**{format_plural(n_corrected, 'corrected label')}**" + (", which Train offers to use" if n_corrected else "")
    ]
    if n_settled := len(corrections) - n_corrected:
        parts.append(f"{format_plural(n_settled, 'correction')} with which the label agrees by now")
    parts.append(format_plural(n_noted, "note"))
    lines = " · ".join(parts)
    if tags:
        named = ", ".join(f"{escape_markdown(tag)} {n:,}" for tag, n in tags.most_common(_MOST_TAGS))
        more = f" and {len(tags) - _MOST_TAGS:,} more" if len(tags) > _MOST_TAGS else ""
        lines += f"  \n{format_plural(len(tags), 'tag')}: {named}{more}"
    return lines
