"""What a run is: plain records that pages show and the command line prints."""

from dataclasses import dataclass, field
from typing import Literal

from core.evaluation.predictions import TestResult
from core.recipe.config import TrainingConfig

RunStatus = Literal["queued", "running", "finished", "failed", "interrupted"]


@dataclass(frozen=True, kw_only=True)
class EpochRecord:
    """Figures after one epoch; accuracies 0 to 1, losses in nats.

    The validation figures are None where the model was fitted on the validation part as well. ``elapsed_s``: wall
    seconds of training up to then, validation included; None of older runs, and no part of what a training came to.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float | None = None
    val_accuracy: float | None = None
    elapsed_s: float | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One training with its configuration and, when finished, its result.

    Attributes
    ----------
    id : str
        MLflow run id.
    status : RunStatus
        ``queued`` while it waits for its turn.
    created_at : float
        Unix time.
    config : TrainingConfig
        Its name is what the run is called now.
    collection_title : str
    collection_fingerprint : str
    synthetic : bool
        Trained on synthetic music: pages must say so.
    history : tuple of EpochRecord
        One for each epoch so far.
    best_epoch : int or None
        Epoch (from 1) whose weights were kept: the lowest validation loss, or as the configuration says.
    stopped_early : bool
        Ended by the Stop button, by patience or by its search, with the weights that its configuration keeps.
    stop_reason : str
        Why a search ended it early, in words that go on a sentence: ``pruned at epoch 3``; else empty.
    training_s : float or None
        Wall seconds of the epochs, without extraction and start-up.
    n_parameters : int
    split_sizes : dict
        Clips in ``train``, ``validation`` and ``test``.
    result : TestResult or None
    error : str
        Why it failed or was interrupted.
    versions : dict
        Library versions.
    group : str
        Id of what it was started with: several seeds, a search; empty for a run by itself.
    group_kind, group_label, group_place : str
        What joins the group, its name for people, and how the run is known within it (see `core.experiments`).
    shipped : bool
        It comes with Genre Lab (see `core.runs.shipped`) and is only read.
    tags : tuple of str
        What people tagged it with (see `core.runs.annotating`).
    note : str
        What somebody noted of it; may have several lines.
    archived : bool
        It was put away: shown only where somebody asks for it.
    prediction_ms : float or None
        Milliseconds from the features of one clip to its probabilities, on the machine that measured it, mostly that
        of the training; None where it was not measured.
    imported_from : str
        Where it was imported from, in words, if it was trained in another Genre Lab (see `core.exchange`); else empty.
    """

    id: str
    status: RunStatus
    created_at: float
    config: TrainingConfig
    collection_title: str
    collection_fingerprint: str
    synthetic: bool
    history: tuple[EpochRecord, ...] = ()
    best_epoch: int | None = None
    stopped_early: bool = False
    stop_reason: str = ""
    training_s: float | None = None
    n_parameters: int = 0
    split_sizes: dict[str, int] = field(default_factory=dict)
    result: TestResult | None = None
    error: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    group: str = ""
    group_kind: str = ""
    group_label: str = ""
    group_place: str = ""
    shipped: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""
    archived: bool = False
    prediction_ms: float | None = None
    imported_from: str = ""

    @property
    def label(self) -> str:
        """Short name for pickers: preset, genres, start of the id."""
        return f"{self.config.name}, {len(self.config.genres)} genres ({self.id[:6]})"

    @property
    def model_kind(self) -> str:
        """The kind of model for people: ``"CNN"``, ``"FFNN"``, ``"Random forest"`` ..."""
        return self.config.model_kind.title

    @property
    def has_epochs(self) -> bool:
        """Whether it has curves: it finished an epoch, and was not fitted in one go as the classical models are."""
        return bool(self.history) and not self.config.is_classical
