"""A split in words: its parts, and what is on both sides of it."""

from core.splits.base import PARTS
from core.splits.groups import Straddling, column_of
from core.splits.proposal import ArtistsKnown
from core.splits.summary import Leak
from dashboard.sentences.wording import escape_markdown, format_plural

PART_TITLES = dict(zip(PARTS, ("Train", "Validation", "Test"), strict=True))
_LEVELS = {
    "recording": ("recording", "recordings"),
    "repeat": ("group of repeats", "groups of repeats"),
    "artist": ("artist", "artists"),
}
_SHARED = {
    "recording": "are of a recording that is also used for training",
    "repeat": "repeat a clip that is used for training",
    "artist": "are by an artist who is also used for training, which flatters the accuracy",
}


def level_names(level: str) -> tuple[str, str]:
    """What a group of a level is called, one and many, as Markdown."""
    if level in _LEVELS:
        return _LEVELS[level]
    column = escape_markdown(column_of(level))
    return f"value of {column}", f"values of {column}"


def straddling_sentence(leak: Leak, *, unit: str = "clip") -> str:
    """What a level leaks here, and what it would by clip, as Markdown."""
    here = leak.here
    one, many = level_names(here.level)
    if here.n:
        of_all = format_plural(here.n_groups, one, many)
        several = "" if here.level in ("recording", "repeat") else f" with several {unit}s"
        verb = "is" if here.n == 1 else "are"
        text = (
            f":material/join_inner: **{here.n:,}** of {of_all}{several} {verb} on both sides: "
            f"{here.n_test_clips:,} of {here.n_test:,} test {unit}s {_shared(here.level)}."
        )
    else:
        text = f":material/check: No {one} is on both sides."
    if leak.by_clip is not None and leak.by_clip.n > here.n:
        text += f" By clip {_would(leak.by_clip, unit)}."
    return text


def artist_sentence(known: ArtistsKnown, protocol: str, *, is_study: bool) -> str:
    """That by artist is possible, and why it is proposed or not what is chosen; empty for other protocols.

    Parameters
    ----------
    known : ArtistsKnown
    protocol : str
        The one chosen.
    is_study : bool
        Whether the preset is one of the study's.
    """
    why = (
        f"the artist of {known.n_known:,} of {known.n_clips:,} clips is known, and each genre has at least "
        f"{known.n_fewest:,} artists"
    )
    if protocol == "artist":
        return f"By artist is proposed for these clips: {why}."
    if protocol != "clip":
        return ""
    study = "The study divided by clip, and so does its preset. " if is_study else ""
    return f"{study}By artist is possible and stricter: {why}."


def _shared(level: str) -> str:
    if level in _SHARED:
        return _SHARED[level]
    return f"have the {escape_markdown(column_of(level))} of a clip that is used for training"


def _would(weaker: Straddling, unit: str) -> str:
    if weaker.level == "artist":
        tested = f"{weaker.n_test_clips:,} of {format_plural(weaker.n_test, f'test {unit}')}"
        return f"{tested} would be by an artist who is also used for training, which flatters the accuracy"
    one, many = level_names(weaker.level)
    return f"{format_plural(weaker.n, one, many)} would be, with {format_plural(weaker.n_test_clips, 'test clip')}"
