"""A split in words: its parts, and what is on both sides of it."""

from core.splits.base import PARTS
from core.splits.groups import Straddling, column_of
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
    "artist": "are by an artist who is also used for training",
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
        text += f" By clip {_would(leak.by_clip)}."
    return text


def _shared(level: str) -> str:
    if level in _SHARED:
        return _SHARED[level]
    return f"have the {escape_markdown(column_of(level))} of a clip that is used for training"


def _would(weaker: Straddling) -> str:
    one, many = level_names(weaker.level)
    return f"{format_plural(weaker.n, one, many)} would be, with {format_plural(weaker.n_test_clips, 'test clip')}"
