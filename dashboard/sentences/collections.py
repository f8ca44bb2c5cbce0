"""Collections in words: in a list, in a table, and when one was imported."""

from core.clips.collection import Collection
from core.collections.registry import DEMO_ID, CollectionSummary
from core.importing.features.companions import companion_tables
from core.splits.together import likely_sentence, together_sentences
from dashboard.sentences.wording import escape_markdown, format_plural


def collection_option(summary: CollectionSummary) -> str:
    """A collection in a list to choose from: ``GTZAN · 1,000 clips, 10 genres``."""
    if not summary.ready:
        return f"{summary.title}, made on first use" if summary.id == DEMO_ID else summary.title
    return f"{summary.title} · {summary.n_clips:,} clips, {len(summary.genres)} genres"


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
    title = escape_markdown(collection.title)
    lead = f"{title} is already there, unchanged" if unchanged else f"Imported {title}"
    return (
        f"{lead}: {format_plural(len(collection.clips), 'clip')}, "
        f"{format_plural(len(collection.genres), 'genre')}{skipped}.{also}{_together(collection)}"
    )


def _together(collection: Collection) -> str:
    """What belongs together among the clips, and that Train asks about what is only likely."""
    text = "".join(f" {escape_markdown(sentence)}" for sentence in together_sentences(collection.related))
    likely = likely_sentence(collection.related)
    return text + (f" {escape_markdown(likely)} Train asks whether to keep them together." if likely else "")
