"""Figures of a report of runs as SVG: accuracies and differences with their intervals, and curves by epoch."""

from collections.abc import Mapping, Sequence

from core.evaluation.predictions import TestResult
from core.evaluation.verdict.records import Verdict
from core.evaluation.verdict.words import points
from core.report.markup import Markup, h
from core.report.strokes import DASHES, FAINT, LINES, WIDTH, cut, label, line, svg
from core.runs.record import EpochRecord

_LEFT, _RIGHT, _ROW, _TOP = 290, 90, 26, 8
_LONGEST_NAME = 40
MOST_PAIRS = 15
"""Pairs that are drawn; the table has all."""


def accuracy_figure(results: Mapping[str, TestResult]) -> Markup:
    """Accuracy of each run with its 95 % interval, and what always answering the commonest genre would score."""
    parts, bottom = _percent_grid(len(results))
    for place, (name, result) in enumerate(results.items()):
        y, color = _TOP + _ROW * place + _ROW / 2, LINES[place % len(LINES)]
        low, high = result.interval
        parts += [
            label(_LEFT - 10, y + 4, cut(name, _LONGEST_NAME), anchor="end"),
            *_dot(_at_percent(result.accuracy), _at_percent(low), _at_percent(high), y, color),
            line(_at_percent(result.chance), y - 8, _at_percent(result.chance), y + 8, color="#222", dash="2 2"),
            label(WIDTH - _RIGHT + 10, y + 4, f"{100 * result.accuracy:.1f} %", anchor="start"),
        ]
    return svg(parts, bottom + 22, "Accuracy of each run with its 95 % interval")


def difference_figure(verdict: Verdict) -> Markup:
    """Difference of accuracy in points of each two runs, with the 95 % interval that the verdict goes by."""
    pairs = sorted(verdict.pairs, key=lambda pair: -abs(pair.difference))[:MOST_PAIRS]
    intervals = [pair.interval if pair.by_group is None else pair.by_group.interval for pair in pairs]
    reach = max(0.01, *(abs(end) for interval in intervals for end in interval)) * 1.05
    width = WIDTH - _LEFT - _RIGHT

    def at(difference: float) -> float:
        return _LEFT + width * (difference + reach) / (2 * reach)

    bottom = _TOP + 2 * _ROW * len(pairs)
    step = next(each for each in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if reach / each <= 5)
    parts: list[Markup] = []
    for number in range(-int(reach / step), int(reach / step) + 1):
        x = at(number * step)
        parts += [
            line(x, _TOP, x, bottom, color="#ddd" if number else FAINT),
            label(x, bottom + 15, "0 points" if not number else points(number * step).replace(".0", "")),
        ]
    for place, (pair, interval) in enumerate(zip(pairs, intervals, strict=True)):
        y = _TOP + 2 * _ROW * place + _ROW
        first, second = (verdict.standings[which].name for which in (pair.first, pair.second))
        parts += [
            label(_LEFT - 10, y - 4, cut(first, _LONGEST_NAME), anchor="end"),
            label(_LEFT - 10, y + 12, f"\N{MINUS SIGN} {cut(second, _LONGEST_NAME)}", anchor="end"),
            *_dot(at(pair.difference), at(interval[0]), at(interval[1]), y, LINES[0]),
            label(WIDTH - _RIGHT + 10, y + 4, points(pair.difference), anchor="start"),
        ]
    return svg(parts, bottom + 22, "Difference of accuracy of each two runs with its 95 % interval")


def curves_figure(histories: Mapping[str, Sequence[EpochRecord]], *, places: Mapping[str, int]) -> Markup:
    """Accuracy by epoch: full lines on the validation set, or, where there is none, dashed on the training set.

    Parameters
    ----------
    histories : mapping of str to sequence of EpochRecord
    places : mapping of str to int
        Of each run in the report, which its colour follows.
    """
    left, right, height = 60, 250, 200
    width = WIDTH - left - right
    last = max(epoch.epoch for history in histories.values() for epoch in history)

    def at(epoch: int) -> float:
        return left + width * (epoch - 1) / max(1, last - 1)

    parts: list[Markup] = []
    for percent in (0, 25, 50, 75, 100):
        y = _TOP + height * (1 - percent / 100)
        parts += [line(left, y, left + width, y, color="#ddd"), label(left - 6, y + 4, f"{percent} %", anchor="end")]
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500) if last / each <= 10)
    for epoch in sorted({1, *range(step, last + 1, step)}):
        x = at(epoch)
        parts += [line(x, _TOP + height, x, _TOP + height + 4), label(x, _TOP + height + 17, f"{epoch}")]
    parts.append(label(left + width / 2, _TOP + height + 34, "Epoch"))
    ends: list[tuple[float, str, str]] = []
    for name, history in histories.items():
        has_validation = all(epoch.val_accuracy is not None for epoch in history)
        values = [epoch.val_accuracy if has_validation else epoch.accuracy for epoch in history]
        drawn = [
            (at(epoch.epoch), _TOP + height * (1 - (value or 0.0)))
            for epoch, value in zip(history, values, strict=True)
        ]
        color = LINES[places[name] % len(LINES)]
        path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
        dash = DASHES[0] if has_validation else DASHES[1]
        parts.append(h("path", d=path, fill="none", stroke=color, stroke_width=2, stroke_dasharray=dash))
        if len(drawn) == 1:
            parts.append(h("circle", cx=drawn[0][0], cy=drawn[0][1], r=3, fill=color))
        ends.append((drawn[-1][1], name, color))
    free = 0.0
    for y, name, color in sorted(ends):
        free = max(free, y + 4)
        parts.append(label(left + width + 10, free, cut(name, 34), anchor="start", color=color))
        free += 15
    return svg(parts, max(_TOP + height + 40, free), "Accuracy by epoch")


def _percent_grid(n_rows: int) -> tuple[list[Markup], float]:
    bottom = _TOP + _ROW * n_rows
    parts: list[Markup] = []
    for percent in (0, 25, 50, 75, 100):
        x = _at_percent(percent / 100)
        parts += [line(x, _TOP, x, bottom, color="#ddd"), label(x, bottom + 15, f"{percent} %")]
    return parts, bottom


def _at_percent(share: float) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * share


def _dot(x: float, low: float, high: float, y: float, color: str) -> list[Markup]:
    interval = h("line", x1=low, y1=y, x2=high, y2=y, stroke=color, stroke_width=3)
    return [interval, h("circle", cx=x, cy=y, r=5, fill=color)]
