"""A finished run made ready to judge songs: what would otherwise be looked up anew for each of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import GenreLabError, RunError
from core.evaluation.calibration import Temperature
from core.features.base import AudioFrontEnd
from core.models.build import load_model_file
from core.runs.record import Run
from core.runs.results import load_details, load_temperature, model_path
from core.runs.store import get_run


@dataclass(frozen=True)
class Judge:
    """A run with what is needed of its files; plain values, which other processes can be given.

    Attributes
    ----------
    run : Run
    front_ends : tuple of AudioFrontEnd
    clip_s : float
        Seconds of a typical clip of the training.
    learnt_sr_hz : float or None
        Typical sample rate of the clips of the training; None where it is not known.
    temperature : Temperature or None
    model_file : Path
    """

    run: Run
    front_ends: tuple[AudioFrontEnd, ...]
    clip_s: float
    learnt_sr_hz: float | None
    temperature: Temperature | None
    model_file: Path

    def load_model(self) -> Any:
        """The model, for prediction only: `keras.Model` or `ClassicalModel`; `RunError` where its file is damaged."""
        return load_model_file(self.model_file)


def appoint_judge(run_id: str) -> Judge:
    """A finished run as a judge of songs.

    Raises
    ------
    RunError
        The run is unknown or unfinished, its files are damaged, or its features cannot be computed from audio.
    """
    run = get_run(run_id)
    details = load_details(run_id)
    learnt_sr_hz = details.get("typical_sr_hz")
    return Judge(
        run=run,
        front_ends=_audio_front_ends(run),
        clip_s=float(details["typical_duration_s"]),
        learnt_sr_hz=None if learnt_sr_hz is None else float(learnt_sr_hz),
        temperature=load_temperature(run_id),
        model_file=model_path(run_id),
    )


def rates_of(run_ids: Iterable[str]) -> tuple[int, ...]:
    """Sample rates at which runs hear a song; runs that are unknown or cannot hear have none."""
    rates: dict[int, None] = {}
    for run_id in run_ids:
        try:
            rates |= dict.fromkeys(front_end.sr_hz for front_end in _audio_front_ends(get_run(run_id)))
        except GenreLabError:
            continue  # which is said where the run is to judge
    return tuple(rates)


def _audio_front_ends(run: Run) -> tuple[AudioFrontEnd, ...]:
    """The run's front ends; `RunError` where what its model sees cannot be computed from a song."""
    front_ends = []
    for given in run.config.front_ends:
        if not isinstance(given, AudioFrontEnd):
            raise RunError(
                f"This run was trained on {given.title.lower()}, which cannot be computed from audio. Choose another."
            )
        front_ends.append(given)
    return tuple(front_ends)
