"""What models and trained ears say along a song, as lanes under the picture of its player."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from core.clips.passages import clock
from core.prediction.song import SongVerdict
from core.prediction.tags import SongTags
from core.prediction.windows import own_spans
from dashboard.charts.runs.tags import FULL, shown_tags
from dashboard.charts.style.contrast import blend
from dashboard.charts.style.palette import genre_colors
from dashboard.charts.style.theme import ChartTheme
from dashboard.listening.component import Lane

MODELS, TAGS = "What the models say", "What trained ears hear"
"""Headings of the lanes."""
_MOST_PARTS = 240
"""Of a lane of tags: more would not be seen."""
_MOST_TOLD = 8
"""Stretches that are told to a screen reader."""
_FAINTEST = 0.15


def model_lane(name: str, verdict: SongVerdict, *, genres: Sequence[str], theme: ChartTheme) -> Lane:
    """The most probable genre of each window, in its colour, the deeper the more probable.

    Parameters
    ----------
    name : str
        Of the model.
    verdict : SongVerdict
    genres : sequence of str
        Of all models beside each other: a genre has the same colour in all lanes.
    theme : ChartTheme
    """
    colors = genre_colors(genres)
    windows = verdict.windows
    drawn = own_spans([window.start_s for window in windows], [window.end_s for window in windows])
    parts, said = [], []
    for window, (start, end) in zip(windows, drawn, strict=True):
        ranked = sorted(zip(verdict.genres, window.probabilities, strict=True), key=lambda pair: -pair[1])
        genre, probability = ranked[0]
        color = blend(colors[genre], theme.surface, _FAINTEST + (1 - _FAINTEST) * probability)
        others = ", ".join(f"{other} {_percent(value)}" for other, value in ranked[1:4])
        when = f"Window of {clock(window.start_s)} to {clock(window.end_s)}"
        text = "\n".join(filter(None, (f"{genre}, {_percent(probability)}", others and f"then {others}", when)))
        parts.append((start, end, color, text))
        said.append((start, end, genre, probability))
    return Lane(
        name,
        tuple(parts),
        heading=MODELS,
        about=_told(said),
        whole=f"{verdict.genre}, {_percent(max(verdict.probabilities))}",
        is_written=True,
    )


def tag_lanes(tags: SongTags, *, theme: ChartTheme) -> list[Lane]:
    """A lane for each tag that matters, the deeper the more probable in each stretch."""
    shown = shown_tags(tags)
    full = max(FULL, max(float(tags.along(tag).max()) for tag in shown))
    lanes = []
    for tag in shown:
        parts = [
            (start, end, blend(theme.accent, theme.surface, 0.05 + 0.95 * min(1.0, value / full)), _percent(value))
            for start, end, value in _thinned(tags, tag)
        ]
        mean, along = tags.means[tag], tags.along(tag)
        when = clock(tags.spans_s[int(np.argmax(along))][0])
        about = f"{_percent(mean)} on the mean over the song, at most {_percent(float(along.max()))}, at {when}"
        lanes.append(Lane(tag, tuple(parts), heading=TAGS, about=about, whole=_percent(mean)))
    return lanes


def all_genres(verdicts: Mapping[str, SongVerdict]) -> list[str]:
    """Genres that at least one of the models knows, in alphabetical order."""
    return sorted({genre for verdict in verdicts.values() for genre in verdict.genres})


def _thinned(tags: SongTags, tag: str) -> Iterator[tuple[float, float, float]]:
    """From, to and probability of each stretch; of long songs the mean over neighbours."""
    values = tags.along(tag)
    step = -(-len(values) // _MOST_PARTS)
    for first in range(0, len(values), step):
        last = min(first + step, len(values)) - 1
        yield tags.spans_s[first][0], tags.spans_s[last][1], float(np.mean(values[first : last + 1]))


def _told(said: Sequence[tuple[float, float, str, float]]) -> str:
    """Which genre when, neighbours of one genre together: ``"jazz from 0:00 to 0:20 (40 to 62 %), then ..."``."""
    runs: list[tuple[float, float, str, list[float]]] = []
    for start, end, genre, probability in said:
        if runs and runs[-1][2] == genre:
            runs[-1] = (runs[-1][0], end, genre, [*runs[-1][3], probability])
        else:
            runs.append((start, end, genre, [probability]))
    told = []
    for start, end, genre, values in runs[:_MOST_TOLD]:
        low, high = f"{100 * min(values):.0f}", _percent(max(values))
        figures = high if f"{low} %" == high else f"{low} to {high}"
        told.append(f"{genre} from {clock(start)} to {clock(end)} ({figures})")
    rest = len(runs) - len(told)
    return ", then ".join(told) + (f", and {rest} further changes" if rest > 0 else "")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
