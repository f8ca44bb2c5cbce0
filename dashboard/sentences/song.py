"""What models say of a song, in words: the verdict, and the windows it rests on."""

from collections.abc import Iterable

from core.prediction.song import SongVerdict
from core.prediction.tags import SongTags

_HARDLY_S = 1.0
"""Seconds that may be missing from a whole song: a front end of whole frames leaves out the rest of a clip."""
_HEARD = 0.1
"""Probability over the song from which on a tag is named."""
_MOST_NAMED = 5


def tags_sentence(tags: SongTags) -> str:
    """What trained ears hear over the whole song: the most probable tags with their probabilities."""
    means = tags.means
    named = [f"{tag} ({100 * mean:.0f} %)" for tag, mean in means.items() if mean >= _HEARD][:_MOST_NAMED]
    if not named:
        tag, mean = next(iter(means.items()))
        return (
            f"None of their {len(means)} tags is 10 % probable over the whole song; the most probable is {tag} "
            f"({100 * mean:.0f} %)."
        )
    told = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"Over the whole song they hear {told}."


def verdict_sentence(verdict: SongVerdict) -> str:
    """The verdict in words: the most probable genre, how probable, of how many windows, and what comes next."""
    (first, probability), *others = verdict.ranked
    n = len(verdict.windows)
    windows = _one_window(verdict) if n == 1 else f"mean of {n} windows"
    text = f"Most probable: {first}, with a probability of {100 * probability:.1f} % ({windows})"
    return f"{text}; then {others[0][0]}, {100 * others[0][1]:.1f} %." if others else f"{text}."


def _one_window(verdict: SongVerdict) -> str:
    """What of the song was heard in its only window, in words."""
    window = verdict.windows[0]
    if verdict.duration_s - (window.end_s - window.start_s) < _HARDLY_S:
        return "the whole song in one window"
    return f"one window, {window.start_s:.0f} to {window.end_s:.0f} s of {verdict.duration_s:.0f} s"


def windows_note(verdicts: Iterable[SongVerdict]) -> str:
    """What the strips show, in words."""
    text = "Values: probability in %, where it is 5 % or more."
    given = list(verdicts)
    n_windows = max(len(verdict.windows) for verdict in given)
    if n_windows == 1:
        return f"{text} The song is one window."
    pairs = [pair for verdict in given for pair in zip(verdict.windows[:-1], verdict.windows[1:], strict=True)]
    if all(before.end_s <= after.start_s for before, after in pairs):
        return f"{text} Windows follow one another without overlap; time without a colour was not analysed."
    return (
        f"{text} Where windows overlap, each is drawn to the middle of the overlap, and its full length is in the "
        "tooltip. The prediction is the mean over the time as drawn."
    )
