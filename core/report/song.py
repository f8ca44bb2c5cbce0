"""The report of one song: what the models say, over time and why, and what is known of how often they are right."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from core.evaluation.calibration import Calibration, calibration_text, temperature_text
from core.evaluation.caution import caution_text
from core.explanation.drawing import saliency_pixels, spectrogram_pixels
from core.explanation.explain import Explanation
from core.explanation.heard import HeardCells
from core.explanation.saliency import METHODS
from core.explanation.what_if import WhatIf
from core.explanation.words import contribution_lines, heard_lines, linear_lines, saliency_lines, what_if_lines
from core.features.base import AudioFrontEnd
from core.features.mel import MelSpectrogram
from core.prediction.song import HeardSong, SongVerdict
from core.report.figures import bars_figure, curve_figure, music_figure, timeline_figure
from core.report.markup import Markup, h, joined, table
from core.report.models import model_part
from core.report.style import STYLE
from core.runs.record import Run

_MEL = MelSpectrogram()


@dataclass(frozen=True)
class Judged:
    """What one run says of the song.

    Attributes
    ----------
    run : Run
        A finished one.
    verdict : SongVerdict
    calibration : Calibration or None
        Of its test probabilities; None where that is not known.
    explanations : sequence of (Explanation, float)
        Answers found, each with the share of cells that were heard.
    curves : sequence of WhatIf
    """

    run: Run
    verdict: SongVerdict
    calibration: Calibration | None = None
    explanations: Sequence[tuple[Explanation, float]] = field(default=())
    curves: Sequence[WhatIf] = field(default=())

    @property
    def name(self) -> str:
        """Of the run: with the start of its id, which tells it from others of its name."""
        return f"{self.run.config.name} ({self.run.id[:6]})"


def report_html(name: str, song: HeardSong, judged: Sequence[Judged], *, made_at: float) -> str:
    """The whole report as one HTML document.

    Parameters
    ----------
    name : str
        Of the song's file.
    song : HeardSong
    judged : sequence of Judged
        At least one.
    made_at : float
        Unix time that stands in the report.

    Raises
    ------
    AudioError
        The song cannot be read.
    """
    duration_s = judged[0].verdict.duration_s
    day = datetime.fromtimestamp(made_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    body = [
        h("h1", "What models say of ", h("em", name)),
        h("p", f"{_clock(duration_s)} min. Judged by Genre Lab, {day}.", class_="facts"),
        _answer(judged),
        _probabilities(judged),
        _over_time(name, song, judged),
        [_reasons(song, one) for one in judged if one.explanations],
        _what_if(judged),
        h("h2", "The models"),
        [model_part(one.run, one.name, _trust(one)) for one in judged],
    ]
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name_="viewport", content="width=device-width"),
        h("title", f"Genre Lab: {name}"),
        h("style", Markup(STYLE)),
    )
    return "<!DOCTYPE html>\n" + h("html", head, h("body", h("main", *body)), lang="en")


def _answer(judged: Sequence[Judged]) -> Markup:
    said = [one.verdict.genre for one in judged]
    if len(set(said)) == 1:
        who = "The model says" if len(said) == 1 else f"All {len(said)} models say"
        answer = f"{who} {said[0]}."
    else:
        answer = "The models disagree: " + ", ".join(f"{one.name} says {one.verdict.genre}" for one in judged) + "."
    rows = []
    for one in judged:
        (first, probability), *others = one.verdict.ranked
        second = f"{others[0][0]}, {_percent(others[0][1])}" if others else "\N{EN DASH}"
        second = second.replace(" %", "\N{NO-BREAK SPACE}%")
        reliable = "" if one.verdict.reliable else " (unreliable)"
        rows.append((one.name, f"{first}{reliable}", _percent(probability), second, _accuracy(one.run)))
    header = ("Model", "Verdict", "Probability", "Next", "How often it is right")
    warnings = [h("p", f"{one.name}: {one.verdict.warning}", class_="warning") for one in judged if one.verdict.warning]
    caption = "Verdict of each model on the whole song, and its accuracy on its own test clips"
    return h(
        "section", h("h2", "Answer"), h("p", answer, class_="answer"), table(header, rows, caption=caption), warnings
    )


def _accuracy(run: Run) -> str:
    """Accuracy with all that belongs to it: n, interval, protocol."""
    result = run.result
    if result is None:
        return "not known"
    low, high = result.interval
    caution = caution_text(result, unit=run.config.split.unit)
    return (
        f"{_percent(result.accuracy)} ({result.n_correct:,} of {result.n:,} test {run.config.split.unit}s; 95 % "
        f"interval {100 * low:.0f} to {100 * high:.0f} %; {result.protocol}){f' {caution}' if caution else ''}"
    )


def _probabilities(judged: Sequence[Judged]) -> Markup:
    genres = list(dict.fromkeys(genre for one in judged for genre, _ in one.verdict.ranked))
    rows = []
    for genre in genres:
        known = [dict(one.verdict.ranked).get(genre) for one in judged]
        rows.append((genre, *("not its genre" if each is None else _percent(each) for each in known)))
    header = ("Genre", *(one.name for one in judged))
    caption = "Probability of each genre over the whole song"
    return h("section", h("h2", "Probabilities"), table(header, rows, caption=caption))


def _over_time(name: str, song: HeardSong, judged: Sequence[Judged]) -> Markup:
    samples = song.samples_at(_MEL.sr_hz)
    seen_s = len(samples) / _MEL.sr_hz
    # A long song is drawn as far as it is in memory at once, and judged to its end.
    duration_s = max([seen_s, *(one.verdict.windows[-1].end_s for one in judged)])
    level, whole = _MEL.whole_sound(samples, max_frames=len(samples) // _MEL.hop_length + 1)
    pixels = spectrogram_pixels(level, whole, ground="paper")
    strips = [
        h(
            "div",
            h("h3", one.name),
            timeline_figure(one.verdict, duration_s, name=f"Probabilities over time by {one.name}"),
            class_="whole",
        )
        for one in judged
    ]
    return h(
        "section",
        h("h2", "Over the song"),
        music_figure(pixels, whole, duration_s, name=f"Mel spectrogram of {name}", seen_s=seen_s),
        strips,
        h(
            "p",
            "Above: the mel spectrogram, the darker the louder, time in minutes and seconds. Strips: the darker, the "
            "more probable. Where windows overlap, each is drawn to the middle of the overlap.",
            class_="note",
        ),
    )


def _reasons(song: HeardSong, one: Judged) -> Markup:
    parts: list[Markup] = []
    for explanation, share in one.explanations:
        parts.append(h("h3", explanation.question.text))
        if explanation.part:
            parts.append(h("p", explanation.part))
        if explanation.saliency is not None:
            parts.append(_saliency(song, explanation, share))
        if explanation.unheard:
            parts.append(h("p", explanation.unheard))
        contributions = explanation.contributions
        if contributions is not None:
            in_points = contributions.unit == "probability"
            lines = [*contribution_lines(contributions), *linear_lines(contributions)]
            unit = "points of probability" if in_points else "logits"
            figure = bars_figure(
                contributions.groups,
                factor=100 if in_points else 1,
                unit=unit,
                name=f"What each group of features adds, in {unit}",
            )
            parts += [h("ul", [h("li", line) for line in lines]), figure]
    return h("section", h("h2", f"Why: {one.name}"), parts)


def _saliency(song: HeardSong, explanation: Explanation, share: float) -> Markup:
    saliency, front_end = explanation.saliency, explanation.run.config.front_end
    assert saliency is not None
    figure = None
    if isinstance(front_end, AudioFrontEnd):
        samples = song.samples_at(front_end.sr_hz)
        level, whole = front_end.whole_sound(samples, max_frames=len(samples) // front_end.hop_length + 1)
        pixels = saliency_pixels(level, saliency, share=share, ground="paper")
        figure = music_figure(
            pixels, whole, level.shape[1] * saliency.column_s, name=f"What speaks for {saliency.question.genre}"
        )
    heard = explanation.heard
    note = (
        f"Blue: what speaks for {saliency.question.genre}. The line goes around the most salient {100 * share:.0f} % "
        f"of the cells. {METHODS[saliency.method]}. {saliency.basis}"
    )
    return joined(
        h("p", " ".join(saliency_lines(saliency))),
        figure,
        h("p", note, class_="note"),
        None if heard is None else _heard(heard),
    )


def _heard(heard: HeardCells) -> Markup:
    percent = f"{100 * heard.share:.0f} %"
    entries: list[tuple[str, SongVerdict]] = [
        ("The song as it is", heard.before),
        (f"Only the most salient {percent} of the cells", heard.kept),
        ("Without them", heard.removed),
    ]
    rows = [(title, _percent(heard.probability(verdict)), verdict.genre) for title, verdict in entries]
    if heard.random_removed:
        rows.append(("Without as many at random (mean)", _percent(float(np.mean(heard.random_removed))), ""))
    header = ("Judged again", f"Probability of {heard.genre}", "Verdict")
    return joined(h("p", " ".join(heard_lines(heard))), table(header, rows, caption="The saliency put to the test"))


def _what_if(judged: Sequence[Judged]) -> Markup | None:
    parts: list[Markup] = []
    for one in judged:
        for curve in one.curves:
            name = f"{curve.change.title}: {one.name}"
            lines = [h("li", line) for line in what_if_lines(curve)]
            parts.append(h("div", h("h3", name), curve_figure(curve, name=name), h("ul", lines), class_="whole"))
    if not parts:
        return None
    start_s, end_s = next(curve.span_s for one in judged for curve in one.curves)
    span = h("p", f"Changed and judged: {start_s:.0f} to {end_s:.0f} s of the song.", class_="note")
    return h("section", h("h2", "What if the song were changed"), span, parts)


def _trust(one: Judged) -> list[str]:
    """How far its probabilities can be believed, in sentences."""
    told = [] if one.calibration is None else [calibration_text(one.calibration, unit=one.run.config.split.unit)]
    temperature = one.verdict.temperature
    return told if temperature is None else [*told, temperature_text(temperature)]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
