"""The reference study again: its four experiments on any collection, beside its published figures; and its defect.

The study divided 1,000 clips 80/20 by clip and trained on all of the 80 %, with the test part doubling as validation.
Here the same share is trained on, for the same number of epochs, and the test part is looked at once, at the end. What
the study did wrong, the flat resize of its spectrograms (`core.features.study_resize`), can be done on purpose, by a
front end of another identity, to see what it cost.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.clips.collection import Collection
from core.errors import ConfigError
from core.evaluation.metrics import wilson_interval
from core.experiments.groups import start_tagged
from core.features.base import Features
from core.features.mel import MelSpectrogram
from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.runs.record import Run
from core.runs.tags import GROUP_KIND_TAG, GROUP_LABEL_TAG, GROUP_PLACE_TAG
from core.splits.config import SplitConfig

KIND = "study"
SEED = 42
GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")


@dataclass(frozen=True, kw_only=True)
class StudyExperiment:
    """One line of the study's table of results.

    Attributes
    ----------
    id, title : str
    preset : str
        A key of `PRESETS`.
    genres : tuple of str
    n_correct, n : int
        Test clips judged rightly, and judged, as published or, where only a percentage was, by that and 20 test clips
        a genre.
    """

    id: str
    title: str
    preset: str
    genres: tuple[str, ...]
    n_correct: int
    n: int

    @property
    def accuracy(self) -> float:
        """As published, 0 to 1."""
        return self.n_correct / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of the published accuracy, computed here: the study gave none."""
        return wilson_interval(self.n_correct, self.n)

    def missing(self, collection: Collection) -> tuple[str, ...]:
        """Genres of the experiment that a collection lacks."""
        return tuple(genre for genre in self.genres if genre not in collection.genres)

    def config(self, collection: Collection, *, reflowed: bool = False) -> TrainingConfig:
        """The training that repeats it on a collection.

        Parameters
        ----------
        collection : Collection
            With all of its genres.
        reflowed : bool
            With the study's broken resize.

        Raises
        ------
        ConfigError
            Genres are missing, or there are no spectrograms, or none that can be resized so.
        """
        if missing := self.missing(collection):
            raise ConfigError(f"{self.title} needs genres that {collection.title} lacks: {', '.join(missing)}.")
        preset = PRESETS[self.preset]
        return preset.configure(
            collection.id,
            self.genres,
            name=preset.title + (", study's resize" if reflowed else ""),
            front_end=study_front_end(collection, reflowed=reflowed),
            split=SplitConfig(protocol="clip", test_fraction=0.2),
            seed=SEED,
            train_on_validation=True,
            patience=None,
        )


STUDY: tuple[StudyExperiment, ...] = (
    StudyExperiment(id="ffnn-10", title="FFNN, 10 genres", preset="study-ffnn", genres=GENRES, n_correct=90, n=200),
    StudyExperiment(id="cnn-10", title="CNN, 10 genres", preset="study-cnn", genres=GENRES, n_correct=136, n=200),
    StudyExperiment(
        id="cnn-7",
        title="CNN, 7 genres",
        preset="study-cnn",
        genres=tuple(genre for genre in GENRES if genre not in ("blues", "rock", "reggae")),
        n_correct=113,
        n=140,
    ),
    StudyExperiment(
        id="cnn-2",
        title="CNN, metal and classical",
        preset="study-cnn",
        genres=("classical", "metal"),
        n_correct=40,
        n=40,
    ),
)
"""45, 68, 81 and 100 %; the 136 of 200 are the trace of the published confusion matrix."""


def study_front_end(collection: Collection, *, reflowed: bool = False) -> Features:
    """The study's mel spectrogram, or the spectrogram that a collection without sound came with.

    Raises
    ------
    ConfigError
        It came with numeric features only; or ``reflowed`` is asked of spectrograms that are not computed here.
    """
    if collection.has_audio:
        return MelSpectrogram(width="reflowed" if reflowed else "padded")
    if reflowed:
        raise ConfigError(
            "The study's resize is applied while spectrograms are computed, and those of this collection are "
            "pre-computed. Choose a collection with sound."
        )
    pictures = [front_end for front_end in collection.front_ends if not front_end.is_numeric]
    if not pictures:
        raise ConfigError(f"The study's models need spectrograms; {collection.title} has only numeric features.")
    return pictures[0]


def study_configs(collection: Collection, *, reflowed: bool = False) -> dict[str, TrainingConfig]:
    """The trainings of the study that a collection has the genres for, by the id of their experiment.

    Raises
    ------
    ConfigError
        There are no fitting spectrograms.
    """
    study_front_end(collection, reflowed=reflowed)
    return {
        experiment.id: experiment.config(collection, reflowed=reflowed)
        for experiment in STUDY
        if not experiment.missing(collection)
    }


def start_study(collection: Collection, wanted: Sequence[tuple[str, bool]], *, token: str | None = None) -> str:
    """Queue experiments of the study as one group; returns its id.

    Parameters
    ----------
    collection : Collection
    wanted : sequence of (str, bool)
        Ids of experiments, and whether with the study's resize.
    token : str, optional
        Names this one request: the same token again starts nothing new.

    Raises
    ------
    GenreLabError
        As `core.queue.launch.enqueue`; nothing was started.
    """
    by_id = {experiment.id: experiment for experiment in STUDY}
    configs = [by_id[which].config(collection, reflowed=reflowed) for which, reflowed in wanted]
    tags = [
        {
            GROUP_KIND_TAG: KIND,
            GROUP_LABEL_TAG: "The study's experiments",
            GROUP_PLACE_TAG: f"{which}{' resized' if reflowed else ''}",
        }
        for which, reflowed in wanted
    ]
    return start_tagged(configs, tags, group_id=f"{KIND}-{secrets.token_hex(5)}", token=token)


@dataclass(frozen=True)
class StudyRow:
    """An experiment with its runs on a collection, each the newest; None where there is none.

    Attributes
    ----------
    experiment : StudyExperiment
    padded, reflowed : Run or None
        With spectrograms padded in time, and with the study's resize.
    """

    experiment: StudyExperiment
    padded: Run | None
    reflowed: Run | None


def study_rows(collection: Collection, runs: Iterable[Run]) -> tuple[StudyRow, ...]:
    """What there is of the study on a collection as it is now, in the order of `STUDY`.

    A run counts whichever way it was started, as long as its settings are those of the experiment. A finished run is
    preferred to one under way, and that to one that failed.

    Parameters
    ----------
    collection : Collection
    runs : iterable of Run
        Newest first.
    """
    known = tuple(runs)
    by_variant = {}
    for reflowed in (False, True):
        try:
            by_variant[reflowed] = study_configs(collection, reflowed=reflowed)
        except ConfigError:
            by_variant[reflowed] = {}
    return tuple(
        StudyRow(
            experiment,
            _find(known, by_variant[False].get(experiment.id), collection),
            _find(known, by_variant[True].get(experiment.id), collection),
        )
        for experiment in STUDY
    )


def _find(runs: Sequence[Run], config: TrainingConfig | None, collection: Collection) -> Run | None:
    if config is None:
        return None
    fingerprint = collection.subset(config.genres).fingerprint
    same = [
        run
        for run in runs
        if run.collection_fingerprint == fingerprint and replace(run.config, name=config.name) == config
    ]
    order = {"finished": 0, "running": 1, "queued": 1}
    return min(same, key=lambda run: order.get(run.status, 2), default=None)
