"""How far the probabilities of a run can be believed, and what its temperature does to them, in words; plain text."""

from collections.abc import Sequence

from core.evaluation.calibration import Temperature
from core.evaluation.calibration_noise import ChanceError, chance_text
from core.evaluation.reliability import Reliability
from core.runs.temperature import RunTemperature


def error_sentence(found: Reliability, chance: ChanceError, *, unit: str) -> str:
    """Whether the calibration error is more than chance, in words."""
    by_chance = chance_text(chance, unit=unit).removesuffix(".")
    said = f"The expected calibration error is {found.expected_error:.3f}."
    if found.expected_error <= chance.high:
        return f"{said} {by_chance}: these {unit}s do not show that the probabilities are wrong."
    confidence = sum(each.n * each.confidence for each in found.bins) / found.n
    accuracy = sum(each.n_correct for each in found.bins) / found.n
    lean = "too sure" if confidence > accuracy else "not sure enough"
    means = f"{100 * confidence:.0f} % on average, {100 * accuracy:.0f} % right"
    return f"{said} {by_chance}: the model is {lean} on the whole ({means})."


def series_title(temperature: Temperature | None, *, is_used: bool) -> str:
    """What one of the two diagrams shows."""
    name = "The model's own probabilities" if temperature is None else f"At temperature {temperature.value:.2f}"
    return f"{name}, in use" if is_used else name


def use_sentence(known: RunTemperature) -> str:
    """Whether the run's temperature is in use, and where that shows."""
    if known.fitted is None:
        return ""
    fitted = f"Temperature {known.fitted.value:.2f}, fitted on {known.fitted.n:,} {known.fitted.fitted_on}"
    if known.is_used:
        return f"{fitted}, is in use: here, on Classify and on the command line. No verdict on a test clip changes."
    return f"{fitted}, is not in use: here, on Classify and on the command line the model's own probabilities count."


def temperatures_sentence(told: Sequence[tuple[str, Temperature | None, Temperature | None]]) -> str:
    """At which temperatures the probabilities of several models are; empty where none has one.

    Parameters
    ----------
    told : sequence of (str, Temperature or None, Temperature or None)
        Each model's name, the temperature that its probabilities are at, and the one that was fitted for it.
    """
    used = [f"{name} {at.value:.2f} (from {at.n:,} {_short(at)})" for name, at, _ in told if at is not None]
    aside = [
        f"{name} (its temperature of {fitted.value:.2f} is not in use)"
        for name, at, fitted in told
        if at is None and fitted is not None
    ]
    sentences = [f"Probabilities are at a temperature: {', '.join(used)}."] if used else []
    sentences += [f"As the model itself gives them: {', '.join(aside)}."] if aside else []
    return " ".join(sentences)


def _short(temperature: Temperature) -> str:
    """``"validation clips"``; else what it was fitted on in full."""
    plain = {f"{unit}s of the validation set": f"validation {unit}s" for unit in ("clip", "excerpt")}
    return plain.get(temperature.fitted_on, temperature.fitted_on)
