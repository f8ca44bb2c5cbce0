"""What people said of clips, in words."""

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.annotations import Annotation
from dashboard.sentences.wording import escape_markdown, format_time

EXCLUDED_BY_HAND = "Excluded by hand"
"""Reason of a clip that somebody left out in the menu of the clip."""
_NOTE_SHOWN = 90


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
