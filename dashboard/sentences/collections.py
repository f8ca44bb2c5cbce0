"""Collections in words: in a list, in a table, and when one was imported."""

from collections.abc import Sequence

from core.clips.collection import Collection
from core.collections.registry import DEMO_ID, CollectionSummary
from core.importing.excerpting import excerpts_sentence
from core.importing.features.companions import companion_tables
from core.importing.readings.spec import kept_genre_from
from core.splits.together import likely_sentence, together_sentences
from dashboard.sentences.wording import escape_markdown, format_plural

_MOST_NAMED = 3


def collection_option(summary: CollectionSummary) -> str:
    """A collection in a list to choose from: ``GTZAN · 1,000 clips, 10 genres``."""
    if not summary.ready:
        return f"{summary.title}, made on first use" if summary.id == DEMO_ID else summary.title
    n_clips, n_genres = format_plural(summary.n_clips, "clip"), format_plural(len(summary.genres), "genre")
    return f"{summary.title} · {n_clips}, {n_genres}"


def recorded_or_synthetic(*, synthetic: bool) -> str:
    """Who made the music: ``recorded`` by people, or ``synthetic``, made by a program."""
    return "synthetic" if synthetic else "recorded"


def import_sentence(collection: Collection, *, unchanged: bool) -> str:
    """What an import brought, as Markdown: clips, genres, what was skipped, and tables that became collections.

    Parameters
    ----------
    collection : Collection
    unchanged : bool
        Whether it was there already, as it is now.
    """
    n_skipped = len(collection.skipped)
    skipped = (
        f"; {format_plural(n_skipped, 'entry', 'entries')} skipped; see Details for the reasons" if n_skipped else ""
    )
    tables = (
        [escape_markdown(table.name) for table in companion_tables(collection.root)] if collection.has_audio else []
    )
    also = f" Its feature tables ({', '.join(tables)}) became separate collections." if tables else ""
    read_from = kept_genre_from(collection.id) if collection.kind == "folder" else None
    source = f" Genres are read from {escape_markdown(read_from.in_words)}." if read_from is not None else ""
    title = escape_markdown(collection.title)
    lead = f"{title} is already there, unchanged" if unchanged else f"Imported {title}"
    return (
        f"{lead}: {format_plural(len(collection.clips), 'clip')}, "
        f"{format_plural(len(collection.genres), 'genre')}{skipped}.{source}{also}"
        f"{_excerpts(collection)}{_together(collection)}"
    )


def _excerpts(collection: Collection) -> str:
    """How long files were cut."""
    sentence = excerpts_sentence(collection)
    return f" {escape_markdown(sentence)}" if sentence else ""


def _together(collection: Collection) -> str:
    """What belongs together among the clips, and that Train asks about what is only likely."""
    text = "".join(f" {escape_markdown(sentence)}" for sentence in together_sentences(collection.related))
    likely = likely_sentence(collection.related)
    return text + (f" {escape_markdown(likely)} Train asks whether to keep them together." if likely else "")


def rescan_sentence(before: Collection, after: Collection) -> str:
    """What reading a collection anew has changed, as Markdown."""
    old, new = before.by_name, after.by_name
    changes = {
        "added": [name for name in new if name not in old],
        "removed": [name for name in old if name not in new],
        "changed": [name for name in new if name in old and new[name].key != old[name].key],
        "moved to another genre": [name for name in new if name in old and new[name].genre != old[name].genre],
    }
    said = [f"{format_plural(len(names), 'clip')} {what} ({_some(names)})" for what, names in changes.items() if names]
    n_skipped, n_before = len(after.skipped), len(before.skipped)
    if n_skipped != n_before or n_skipped:
        files = format_plural(n_skipped, "file" if after.has_audio else "row")
        said.append(f"{files} skipped" + ("" if n_skipped == n_before else f", {n_before:,} before"))
    how = "Rescanned" if after.has_audio else "Read again"
    if not any(changes.values()) and n_skipped == n_before:
        return f"{how}: nothing has changed" + (f"; {said[0]}, as before." if said else ".")
    return f"{how}: {'; '.join(said)}."


def _some(names: Sequence[str]) -> str:
    """The first of some names, as Markdown."""
    listed = ", ".join(escape_markdown(name) for name in names[:_MOST_NAMED])
    return listed + (", …" if len(names) > _MOST_NAMED else "")
