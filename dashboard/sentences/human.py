"""Where the clips of a quiz can be got."""

from collections.abc import Sequence

from core.importing.published import GTZAN, GTZAN_MINI
from dashboard.sentences.wording import format_plural


def how_to_hear(clips: Sequence[str]) -> str:
    """Which collections have how many of these clips with their sound; empty where none has one.

    Parameters
    ----------
    clips : sequence of str
        Names of test clips.
    """
    n = len(set(clips))
    held = GTZAN.n_held(clips)
    if not held:
        return ""
    few = GTZAN_MINI.n_held(clips)
    return (
        f"{GTZAN.title} has {held:,} of these {format_plural(n, 'clip')}; {GTZAN_MINI.title}, a tenth of its size, has "
        f"{few or 'none'}."
    )
