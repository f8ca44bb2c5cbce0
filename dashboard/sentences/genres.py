"""What the labels of a collection are and become, in words."""

from collections.abc import Mapping, Sequence

from core.clips.collection import Collection
from core.collections.genre_changes import alike
from core.collections.genre_mapping import GenreMapping, Label
from core.splits.base import PARTS
from dashboard.sentences.wording import escape_markdown, format_plural

_MOST_NAMED = 5

HOW_READ = """
- A label is cut at `;` and `|`, and at `,` and `/`, into the genres that it names: *Rock; Pop* names two. It is not cut
  at `&`, `+`, `-` or *and* (*R&B*, *Drum & Bass*), nor at a slash beside fewer than three letters (*AC/DC*), nor where
  the list of synonyms has it as one genre (*Hip-Hop/Rap*; *Folk, World, & Country*). What is named by a folder, or in a
  file of features, is one genre as it stands.
- *(17)* is the number of a genre in ID3 tags. A bare *17* is only proposed to be one, where words stand beside it.
- Spellings are one label where only capitals, blanks, hyphens, points and apostrophes tell them apart, the way in which
  the computer writes an accent, or `&` and *and*.
- A label that becomes nothing, or “leave out”, is passed over. A clip that has no other label is left out.
- What is proposed is a short list that comes with Genre Lab (`core/collections/genre_lists/synonyms.csv`), no more.
- Clips keep their features and notes whatever they are called, and runs that were trained before stay as they are.
"""


def labels_sentence(labels: Sequence[Label], n_clips: int, *, mapping: GenreMapping | None) -> str:
    """How many labels there are, and whether anything is mapped, as Markdown."""
    state = "genres as they are written" if mapping is None else "genres by your mapping"
    return (
        f"**{format_plural(len(labels), 'label')}** in {format_plural(n_clips, 'clip')} · {state}"
        if labels
        else f"No labels in {format_plural(n_clips, 'clip')}"
    )


def spelling_sentence(labels: Sequence[Label]) -> str:
    """That labels of a collection are written in several ways, as Markdown; empty where none is."""
    several = [label for label in labels if len(label.spellings) > 1]
    if not several:
        return ""
    first = ", ".join(escape_markdown(text) for text, _ in several[0].spellings[:_MOST_NAMED])
    verb = "is" if len(several) == 1 else "are"
    return f"{format_plural(len(several), 'genre')} {verb} written in several ways ({first})."


def hint_sentence(collection: Collection, labels: Sequence[Label], *, mapping: GenreMapping | None) -> str:
    """What the page of a collection says of its labels, as Markdown; empty where nothing is to be said."""
    if mapping is None:
        spelled = spelling_sentence(labels)
        return f"{spelled} They can become one." if spelled else ""
    said = f"{format_plural(len(labels), 'label')} became {format_plural(len(collection.genres), 'genre')}"
    n_out = len(collection.left_out)
    return f"{said}; {format_plural(n_out, 'clip')} left out." if n_out else f"{said}."


def trouble_sentences(counts: Mapping[str, int]) -> list[str]:
    """What to think of before training on these genres, as Markdown.

    Parameters
    ----------
    counts : mapping of genre to number of clips
    """
    said = [
        f"{' and '.join(map(escape_markdown, names))} are {len(names)} genres. Give them one name if they are meant "
        "as one."
        for names in alike(counts)
    ]
    few = [genre for genre, n in counts.items() if n < len(PARTS)]
    if few and len(few) < len(counts):
        listed = ", ".join(escape_markdown(genre) for genre in few[:_MOST_NAMED])
        more = f" and {len(few) - _MOST_NAMED:,} more" if len(few) > _MOST_NAMED else ""
        said.append(
            f"{format_plural(len(few), 'genre')} with fewer than {len(PARTS)} clips cannot be trained on: {listed}"
            f"{more}. Merge them, or ask for at least {len(PARTS)} clips."
        )
    if len(counts) == 1:
        said.append("One genre alone leaves nothing to tell apart.")
    return said
