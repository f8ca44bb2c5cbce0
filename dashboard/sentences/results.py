"""What a test result does not show, in words that stand wherever its accuracy does: those of the command line."""

from core.evaluation.caution import caution_text as result_caution
from core.evaluation.caution import caution_word as result_word
from core.evaluation.verdict.records import Standing
from core.evaluation.verdict.words import MINUS

__all__ = ["beyond_chance_text", "result_caution", "result_word"]


def beyond_chance_text(standing: Standing) -> str:
    """What an accuracy is beyond chance, and its interval where test clips share an artist or a recording."""
    information = standing.information
    kappa = "" if standing.kappa is None else f"Cohen's kappa {standing.kappa:.2f}, ".replace("-", MINUS)
    said = (
        f"Beyond chance: {kappa}information {information.bits:.2f} of {information.most_bits:.2f} bits a "
        f"{standing.unit}."
    )
    if (group := standing.by_group) is None:
        return said
    low, high = group.interval
    return (
        f"{said} {standing.unit.capitalize()}s of one {group.word} are alike: with whole {group.word}s drawn "
        f"({group.n_groups:,}, the largest with {group.largest:,} {standing.unit}s), the 95 % interval is "
        f"{100 * low:.0f} to {100 * high:.0f} %."
    )
