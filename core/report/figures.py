"""Figures of a report as SVG, drawn for paper: the music with an axis of time, strips below it, bars, and curves."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.explanation.contributions import Contribution
from core.explanation.drawing import encode_picture
from core.explanation.what_if import WhatIf
from core.features.base import Features
from core.prediction.song import SongVerdict
from core.prediction.windows import own_spans
from core.report.markup import Markup, h, png_address
from core.report.strokes import DASHES, LINES, WIDTH, cut, label, line, signed, svg

_LEFT, _RIGHT = 110, 20
_TICKS_HZ = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
_FOR, _AGAINST = "#0072b2", "#d55e00"
_MATTERS = 0.15


def music_figure(
    pixels: NDArray[np.uint8],
    front_end: Features,
    duration_s: float,
    *,
    name: str,
    seen_s: float | None = None,
    height: int = 190,
) -> Markup:
    """A picture of the music with its axes in Hz and s.

    Parameters
    ----------
    pixels : array, shape (rows, columns, 3)
        From `core.explanation.drawing`; time runs across its whole width.
    front_end : Features
        Of the picture.
    duration_s : float
        Of the axis of time.
    name : str
        What it shows, for screen readers.
    seen_s : float, optional
        Seconds that the picture spans, from the beginning; all where it is not said.
    height : int
        Of the picture.
    """
    width = WIDTH - _LEFT - _RIGHT
    address = png_address(encode_picture(pixels, "png"))
    seen = width if seen_s is None else width * min(1.0, seen_s / duration_s)
    parts = [h("image", x=_LEFT, y=4, width=seen, height=height, preserveAspectRatio="none", href=address)]
    for share, text in _band_ticks(front_end):
        y = 4 + height * (1 - share)
        parts += [line(_LEFT - 4, y, _LEFT, y), label(_LEFT - 7, y + 4, text, anchor="end")]
    parts += [label(4, 14, "Hz" if front_end.band_axis.centres_hz is not None else "Band", anchor="start")]
    return svg([*parts, *_time_axis(duration_s, 4 + height)], 4 + height + 34, name)


def timeline_figure(verdict: SongVerdict, duration_s: float, *, name: str, most: int = 6) -> Markup:
    """Probability of the likeliest genres along the song: a strip each, the darker the more probable."""
    row, width = 18, WIDTH - _LEFT - _RIGHT
    spans = own_spans([window.start_s for window in verdict.windows], [window.end_s for window in verdict.windows])
    parts: list[Markup] = []
    shown = [genre for genre, _ in verdict.ranked[:most]]
    for place, genre in enumerate(shown):
        y, number = 4 + place * row, verdict.genres.index(genre)
        parts.append(label(_LEFT - 7, y + 12, cut(genre), anchor="end"))
        parts.append(h("rect", x=_LEFT, y=y, width=width, height=row - 3, fill="#f3f3f3"))
        for (start_s, end_s), window in zip(spans, verdict.windows, strict=True):
            x, x_end = (_LEFT + width * min(1.0, at / duration_s) for at in (start_s, end_s))
            probability = window.probabilities[number]
            parts.append(
                h("rect", x=x, y=y, width=x_end - x, height=row - 3, fill=_FOR, fill_opacity=round(probability, 3))
            )
    bottom = 4 + row * len(shown)
    return svg([*parts, *_time_axis(duration_s, bottom)], bottom + 34, name)


def bars_figure(given: Sequence[Contribution], *, factor: float, unit: str, name: str) -> Markup:
    """What groups or features add, as bars to the right (for the genre) or the left (against it).

    Parameters
    ----------
    given : sequence of Contribution
    factor : float
        That values are drawn times.
    unit : str
        Of what is drawn then.
    name : str
        What it shows, for screen readers.
    """
    row, left = 20, 310
    width = WIDTH - left - 70
    values = [factor * one.value for one in given]
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0

    def at(value: float) -> float:
        return left + width * (value - low) / span

    parts: list[Markup] = []
    for place, (one, value) in enumerate(zip(given, values, strict=True)):
        y, color = 4 + place * row, _FOR if value >= 0 else _AGAINST
        x, x_end = sorted((at(0.0), at(value)))
        title = one.name.removeprefix("tag_").replace("_", " ")
        parts += [
            label(left - 70, y + 12, cut(title, 34), anchor="end"),
            label(left - 8, y + 12, signed(value), anchor="end"),
            h("rect", x=x, y=y, width=max(0.5, x_end - x), height=row - 5, fill=color),
        ]
    bottom = 4 + row * len(given)
    parts += [line(at(0.0), 2, at(0.0), bottom), label(at(0.0), bottom + 14, f"0 {unit}", anchor="middle")]
    return svg(parts, bottom + 20, name)


def curve_figure(curve: WhatIf, *, name: str) -> Markup:
    """Probabilities over the range of a change, a line for each genre that matters somewhere."""
    change, left, right, top, height = curve.change, 60, 130, 8, 170
    width = WIDTH - left - right
    scaled = np.log if change.is_logarithmic else np.asarray
    low, high = (float(scaled(value)) for value in (change.low, change.high))

    def at(value: float) -> float:
        return left + width * (float(scaled(value)) - low) / (high - low)

    parts: list[Markup] = []
    for percent in (0, 25, 50, 75, 100):
        y = top + height * (1 - percent / 100)
        parts += [line(left, y, left + width, y, color="#ddd"), label(left - 6, y + 4, f"{percent} %", anchor="end")]
    for value in change.values:
        parts += [
            line(at(value), top + height, at(value), top + height + 4),
            label(at(value), top + height + 17, f"{value:,g}".replace("-", "\N{MINUS SIGN}")),
        ]
    parts.append(line(at(change.neutral), top, at(change.neutral), top + height, dash="4 3"))
    parts.append(
        label(left + width / 2, top + height + 34, f"{change.title} ({change.unit}); dashed: the song as it is")
    )
    parts += _genre_lines(curve, at, top, height)
    return svg(parts, top + height + 40, name)


def _genre_lines(curve: WhatIf, at: object, top: float, height: float) -> list[Markup]:
    assert callable(at)
    lines: Mapping[str, list[tuple[float, float]]] = {
        genre: [(value, verdict.probabilities[verdict.genres.index(genre)]) for value, verdict in curve.judged]
        for genre in curve.judged[0][1].genres
    }
    highest = {genre: max(probability for _, probability in points) for genre, points in lines.items()}
    shown = [genre for genre in lines if highest[genre] >= min(_MATTERS, max(highest.values()))]
    shown.sort(key=lambda genre: -lines[genre][-1][1])
    parts: list[Markup] = []
    free = 0.0
    for place, genre in enumerate(shown):
        color = LINES[place % len(LINES)]
        places = [(at(value), top + height * (1 - probability)) for value, probability in lines[genre]]
        path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in places)
        dash = DASHES[place % len(DASHES)]
        parts.append(h("path", d=path, fill="none", stroke=color, stroke_width=2, stroke_dasharray=dash))
        parts += [h("circle", cx=x, cy=y, r=2.6, fill=color) for x, y in places]
        # Names at the ends of the lines, one below the other where the lines end close together.
        free = max(free, places[-1][1] + 4)
        parts.append(label(places[-1][0] + 9, free, cut(genre, 18), anchor="start", color=color))
        free += 14
    return parts


def _band_ticks(front_end: Features) -> list[tuple[float, str]]:
    """Round frequencies, or numbers of bands, with their share of the height."""
    n_bands, centres = front_end.shape[0], front_end.band_axis.centres_hz
    if centres is None:
        return [((band + 0.5) / n_bands, f"{band}") for band in range(0, n_bands, max(1, n_bands // 4))]
    found: list[tuple[float, str]] = []
    for hz in _TICKS_HZ:
        share = (float(np.interp(hz, centres, np.arange(n_bands))) + 0.5) / n_bands
        if centres[0] <= hz <= centres[-1] and (not found or share - found[-1][0] > 0.08):
            found.append((share, f"{hz:,}"))
    return found


def _time_axis(duration_s: float, y: float) -> list[Markup]:
    width = WIDTH - _LEFT - _RIGHT
    step = next((each for each in (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600) if duration_s / each <= 9), 1_200)
    parts: list[Markup] = []
    for number in range(int(duration_s / step + 1e-6) + 1):
        at_s = number * step
        x = _LEFT + width * at_s / duration_s
        minutes, seconds = divmod(at_s, 60)
        text = f"{int(minutes)}:{seconds:02.0f}" if step >= 1 else f"{at_s:.1f} s"
        parts += [line(x, y, x, y + 4), label(x, y + 16, text)]
    return parts
