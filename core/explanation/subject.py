"""What is explained, of one run: its model and exactly what that saw of a song."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError
from core.evaluation.calibration import Temperature
from core.prediction.clips import clip_probabilities
from core.prediction.parts import Parts, cut_parts
from core.prediction.seen import SeenSong
from core.prediction.song import HeardSong, load_model
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.runs.results import load_temperature
from core.runs.store import get_run


@dataclass(frozen=True, eq=False)
class Subject:
    """A run, its model and the windows of a song as the model sees them.

    Attributes
    ----------
    run : Run
    model : keras.Model or ClassicalModel
    temperature : Temperature or None
        Of the run.
    seen : SeenSong
    """

    run: Run
    model: Any
    temperature: Temperature | None
    seen: SeenSong

    @property
    def config(self) -> TrainingConfig:
        """Of the run."""
        return self.run.config

    def parts(self) -> Parts:
        """What the model sees at a time, of all windows."""
        return cut_parts(self.seen.inputs, self.seen.n_valid, self.config)

    def verdict(self, inputs: tuple[NDArray[Any], ...] | None = None) -> NDArray[np.float64]:
        """Probabilities of the whole song, shape (genres,), with these inputs in place of what was seen.

        They are those of `core.prediction.song.classify_song`.
        """
        given = self.seen.inputs if inputs is None else inputs
        of_windows = clip_probabilities(self.model, given, self.seen.n_valid, self.config, temperature=self.temperature)
        mean = self.seen.weights @ of_windows
        probabilities: NDArray[np.float64] = mean / mean.sum()
        return probabilities


def subject_of(song: HeardSong, run_id: str, *, model: Any = None) -> Subject:
    """A song as a finished run sees it.

    Parameters
    ----------
    song : HeardSong
    run_id : str
    model : keras.Model or ClassicalModel, optional
        The run's, where the caller keeps it.

    Raises
    ------
    AudioError
        The song cannot be read, or all of it is silence.
    RunError
        The run is unknown or unfinished, its files are damaged, or its features cannot be computed from audio.
    """
    run = get_run(run_id)
    if run.status != "finished":
        raise RunError(f"{run.label} is {run.status}: it has no model to explain. Choose a finished run.")
    seen = song.seen_by(run_id)
    return Subject(run, load_model(run_id) if model is None else model, load_temperature(run_id), seen)
