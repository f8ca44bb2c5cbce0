"""What may be said of two runs side by side, in words that claim no more than the figures do."""

from collections.abc import Sequence

from core.evaluation.compare import PairedResult, paired_interval
from core.experiments.study import StudyRow
from core.runs.grounds import labels_text, why_not_comparable
from core.runs.record import Run
from dashboard.sentences.wording import escape_markdown, format_percent, format_plural

ALPHA = 0.05
_FEW = 0.5
"""Share of the study's test clips below which that is said."""


def intervals_overlap(a: Run, b: Run) -> bool:
    """Whether the 95 % intervals of two test accuracies share a value."""
    assert a.result is not None
    assert b.result is not None
    return a.result.interval[0] <= b.result.interval[1] and b.result.interval[0] <= a.result.interval[1]


def comparison_sentence(a: Run, b: Run, paired: PairedResult | None) -> str:
    """Verdict on two finished runs, as Markdown.

    Parameters
    ----------
    a, b : Run
        Both finished.
    paired : PairedResult or None
        How they judged the same test clips; None where their test clips differ.
    """
    assert a.result is not None
    assert b.result is not None
    name_a, name_b = _names(a, b)
    if paired is None:
        return (
            f"**Not comparable.** {name_a} and {name_b} were tested on different clips: "
            f"{escape_markdown(why_not_comparable(a, b))}. "
            "Their accuracies are shown side by side, but the difference between them means nothing."
        )
    difference, unit = paired.accuracy_difference, a.config.split.unit
    accuracies = (
        f"On the same {format_plural(paired.n, f'test {unit}')}, {name_a} is correct for "
        f"{format_percent(a.result.accuracy)} and {name_b} for {format_percent(b.result.accuracy)}."
    )
    if a.config.corrected_labels != b.config.corrected_labels:
        accuracies += (
            f" The labels of these {unit}s are the same for both, but not those that they learnt from: "
            f"{labels_text(a)} and {labels_text(b)}."
        )
    differing = paired.n_only_a + paired.n_only_b
    if differing == 0:
        return f"**No difference.** {accuracies} Both are correct on exactly the same {unit}s."
    counts = (
        f"Classified correctly only by {name_a}: {format_plural(paired.n_only_a, unit)}; only by {name_b}: "
        f"{paired.n_only_b}"
    )
    if difference == 0:
        return f"**A tie.** {accuracies} But they are not correct on the same {unit}s. {counts}."
    p_value = f"p = {paired.p_value:.2f}" if paired.p_value >= 0.01 else "p < 0.01"
    overlap = "overlap" if intervals_overlap(a, b) else "do not overlap"
    better = name_a if difference > 0 else name_b
    verdict = (
        f"**{better} is better, by more than chance would explain.**"
        if paired.p_value < ALPHA
        else "**The difference may be due to chance.**"
    )
    sentence = f"{verdict} {accuracies} {counts} (exact McNemar test, {p_value}). Their 95 % intervals {overlap}."
    if not a.config.split.cuts_clips:
        return sentence
    return (
        f"{sentence} Excerpts of one clip are not independent: the test and the intervals make the difference look "
        "more certain than it is."
    )


def lead_sentence(difference: float, cnn: Run, ffnn: Run) -> str:
    """Which of two runs on the same clips is ahead, by how much; ``difference`` is CNN minus FFNN, -1 to 1."""
    points = f"{abs(100 * difference):.1f} points"
    if difference == 0:
        return "Both classify the same number of test clips correctly."
    ahead = "CNN" if difference > 0 else "FFNN"
    overlap = intervals_overlap(cnn, ffnn)
    caution = "the intervals overlap, so it may be due to chance" if overlap else "the intervals do not overlap"
    return f"The {ahead} is {points} ahead; {caution}. Compare has the paired test."


def defect_sentence(paired: PairedResult) -> str:
    """Difference of padding and the study's resize on the same clips, in words; the first is padded."""
    low, high = paired_interval(paired)
    p_value = f"p = {paired.p_value:.2f}" if paired.p_value >= 0.01 else "p < 0.01"
    points = f"{100 * paired.accuracy_difference:+.1f}".replace("-", "\N{MINUS SIGN}")
    interval = f"{100 * low:+.1f} to {100 * high:+.1f}".replace("-", "\N{MINUS SIGN}")
    if paired.p_value >= 0.05:
        verdict = "The difference may be due to chance."
    elif paired.accuracy_difference > 0:
        verdict = "The defect cost accuracy, by more than chance would explain."
    else:
        verdict = "The resized spectrograms are better, by more than chance would explain."
    return (
        f"Padded in time minus resized: {points} points (95 % interval {interval}, n = {paired.n:,}; "
        f"correct only when padded: {paired.n_only_a:,}, only when resized: {paired.n_only_b:,}; exact McNemar test, "
        f"{p_value}). {verdict}"
    )


def few_clips_note(rows: Sequence[StudyRow]) -> str:
    """That a result here rests on far fewer test clips than the published one beside it; empty where none does."""
    few = [
        f"{row.experiment.title}, {row.padded.result.n:,} here against {row.experiment.n:,}"
        for row in rows
        if row.padded is not None and row.padded.result is not None and row.padded.result.n < _FEW * row.experiment.n
    ]
    if not few:
        return ""
    return (
        f"Far fewer test clips than in the study: {'; '.join(few)}. Such an accuracy is too uncertain to be held "
        "against the published one; see the intervals."
    )


def _names(a: Run, b: Run) -> tuple[str, str]:
    """Names that tell the two apart, safe in Markdown."""
    name_a, name_b = escape_markdown(a.config.name), escape_markdown(b.config.name)
    return (name_a, name_b) if name_a != name_b else (f"{name_a} ({a.id[:6]})", f"{name_b} ({b.id[:6]})")
