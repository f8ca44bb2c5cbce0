"""How far a run's probabilities can be believed, as ``evaluate`` says it; and its temperature, chosen there."""

import argparse
from dataclasses import asdict
from typing import Any

from core.cli.console import ProgressLine
from core.evaluation.calibration import calibration_text, measure_calibration, temperature_text, unused_text
from core.evaluation.predictions import Predictions
from core.runs.record import Run

_CHOICES = ("use", "own", "fit")


def add_temperature_option(command: argparse.ArgumentParser) -> None:
    """The option of ``evaluate`` that chooses a run's temperature."""
    command.add_argument(
        "--temperature",
        choices=_CHOICES,
        help="choose first, for good, which probabilities of the run count: those at its temperature ('use'), the "
        "model's 'own', or those at a temperature that is now 'fit' on its validation clips",
    )


def choose_temperature(run: Run, choice: str | None, progress: ProgressLine) -> None:
    """Do what the option says; `GenreLabError` where it cannot be done."""
    if choice is None:
        return
    if choice == "fit":
        from core.training.temperature import fit_for_run

        fit_for_run(run.id, progress.reporter())
        return
    from core.runs.temperature_changes import use_temperature

    use_temperature(run.id, is_used=choice == "use")


def calibration_answer(run: Run, predictions: Predictions) -> tuple[dict[str, Any], list[str]]:
    """Plain values, and lines for people.

    Parameters
    ----------
    run : Run
    predictions : Predictions
        Of its test part, as it keeps them.
    """
    from core.evaluation.calibration_noise import chance_error, chance_text
    from core.evaluation.reliability import coverage_curve, coverage_sentence, reliability, temperature_effect
    from core.runs.results import load_run_temperature

    unit, known = run.config.split.unit, load_run_temperature(run.id)
    calibration, kept, chance = measure_calibration(predictions), coverage_curve(predictions), chance_error(predictions)
    values = {
        "calibration": calibration.to_dict(),
        "chance_error": asdict(chance),
        "reliability": asdict(reliability(predictions)),
        "coverage": asdict(kept),
        "temperature": None if known.in_use is None else asdict(known.in_use),
        "unused_temperature": None if known.is_used or known.fitted is None else asdict(known.fitted),
    }
    lines = [calibration_text(calibration, unit=unit), chance_text(chance, unit=unit)]
    if known.in_use is not None:
        lines += [temperature_text(known.in_use), temperature_effect(predictions, known.in_use, unit=unit).sentence]
    elif known.fitted is not None:
        lines.append(unused_text(known.fitted))
    return values, [*lines, coverage_sentence(kept, unit=unit)]
