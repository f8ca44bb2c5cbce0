"""What a quality check of a collection cannot look at, in words: a count of findings says nothing of that."""

from collections import Counter

from core.clips.collection import Collection
from core.embeddings.ears import EARS
from core.quality.alike import MIN_ALL
from core.quality.by_ear import can_hear
from core.quality.mislabels import MIN_CLIPS
from dashboard.sentences.wording import escape_markdown, format_plural

_MOST_NAMED = 6


def not_checked(whole: Collection) -> list[str]:
    """What is not checked of a collection and why, each as a clause of Markdown; empty where all is.

    Parameters
    ----------
    whole : Collection
        With its excluded clips, as it is checked.
    """
    silent = [clip for clip in whole.clips if clip.path is None]
    found = []
    if silent:
        pictures = whole.has_audio or any(not front_end.is_numeric for front_end in whole.front_ends)
        repeats = "repeats only as identical spectrograms" if pictures else "and repeats not at all"
        found.append(
            f"damage, length, sample rate and near duplicates of {format_plural(len(silent), 'clip')} without sound "
            f"({repeats})"
        )
    return found + _labels(whole) + _alike(whole)


def _alike(whole: Collection) -> list[str]:
    """What the trained ears would have to hear."""
    if not whole.has_audio:
        return []
    if EARS.why_not_here:
        return [f"what sounds alike ({escape_markdown(EARS.why_not_here.rstrip('.'))})"]
    if not can_hear(sum(clip.path is not None for clip in whole.clips)):
        return [f"what sounds alike, which would need {MIN_ALL} clips or more"]
    return []


def _labels(whole: Collection) -> list[str]:
    if not whole.has_audio and not any(front_end.n_parts == 1 for front_end in whole.front_ends):
        return ["labels, which would need numeric features"]
    counts = Counter(clip.genre for clip in whole.clips if clip.path is not None or not whole.has_audio)
    few = sorted(genre for genre in whole.genres if counts[genre] < MIN_CLIPS)
    if len(whole.genres) - len(few) < 2:
        return [f"labels, which would need two genres of {MIN_CLIPS} clips or more"]
    if few:
        named = ", ".join(escape_markdown(genre) for genre in few[:_MOST_NAMED])
        more = f" and {len(few) - _MOST_NAMED} more" if len(few) > _MOST_NAMED else ""
        return [f"labels of {named}{more}, with fewer than {MIN_CLIPS} clips each"]
    return []
