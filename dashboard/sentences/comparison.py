"""What may be said of two runs side by side, in words that claim no more than the figures do."""

from collections.abc import Sequence

from core.evaluation.compare import PairedResult, paired_interval
from core.experiments.study import StudyRow
from core.runs.record import Run

_FEW = 0.5
"""Share of the study's test clips below which that is said."""


def intervals_overlap(a: Run, b: Run) -> bool:
    """Whether the 95 % intervals of two test accuracies share a value."""
    assert a.result is not None
    assert b.result is not None
    return a.result.interval[0] <= b.result.interval[1] and b.result.interval[0] <= a.result.interval[1]


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
