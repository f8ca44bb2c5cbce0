"""What a reading of the genres gives, in words."""

from core.importing.readings.told import Reading
from dashboard.sentences.facts import PARTITION_NAMES
from dashboard.sentences.wording import escape_markdown, format_plural


def reading_caption(reading: Reading) -> str:
    """One line under its title: how many files and genres it gives."""
    if reading.problem:
        return "Choose its columns first"
    of = f"{reading.n_told:,} files looked at" if reading.is_sampled else format_plural(reading.n_told, "file")
    parts = [format_plural(len(reading.genres), "genre"), f"{reading.n_labelled:,} of {of}"]
    if reading.artists:
        parts.append(format_plural(len(reading.artists), "artist"))
    return " · ".join(parts)


def reading_sentences(reading: Reading) -> list[str]:
    """What one should know of it before taking it, as Markdown."""
    said = []
    if reading.is_sampled:
        said.append(
            f"These figures are of {reading.n_told:,} files, evenly chosen of {reading.n_all:,}; the import reads all."
        )
    if len(reading.genres) == 1:
        said.append("One genre only: a model needs at least two to tell apart.")
    if reading.n_several:
        said.append(
            f"{format_plural(reading.n_several, 'file')} with several genres; the first that is written counts, the "
            "others are kept."
        )
    if reading.partition:
        sizes = ", ".join(f"{n:,} {PARTITION_NAMES[part]}" for part, n in reading.partition.items())
        said.append(f"It brings a published split: {sizes}.")
    return said


def left_out_sentence(reading: Reading) -> str:
    """How many files it leaves out, and how many rows of its table are not used, as Markdown."""
    n_files = reading.n_told - reading.n_labelled
    parts = []
    if n_files:
        parts.append(f"{format_plural(n_files, 'file')} left out")
    if reading.notes:
        parts.append(f"{format_plural(len(reading.notes), 'note')} on the table")
    return escape_markdown(f"{' and '.join(parts)}:")
