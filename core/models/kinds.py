"""The table of model kinds: one line for each, and all that the rest of the program asks of a kind.

A new kind is a file with its configuration and what makes the model of it, and an entry here. It is then trained,
stored, shown and classified with as all others are; a form of its own on Train is optional (`dashboard.train.form`).
Nothing here imports TensorFlow or scikit-learn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from core.models.base import ModelConfig
from core.models.classical import (
    BoostingConfig,
    ForestConfig,
    LdaConfig,
    LogisticConfig,
    SvmConfig,
    make_boosting,
    make_forest,
    make_lda,
    make_logistic,
    make_svm,
)
from core.models.cnn import CnnConfig
from core.models.ffnn import FfnnConfig, HybridConfig
from core.models.networks import build_cnn, build_ffnn, build_hybrid

Takes = Literal["spectrogram", "numeric", "either", "both"]


@dataclass(frozen=True, kw_only=True)
class ModelKind:
    """A kind of model.

    Attributes
    ----------
    id : str
        Name in stored configurations: ``kind`` of the configuration.
    title : str
        Name for people in lists, labels and charts.
    described : str
        The same spelt out, within a sentence: ``"convolutional network (CNN)"``.
    about : str
        What it does, in a sentence or two, where it is offered.
    config : type
        Its settings, a frozen dataclass that derives from `ModelConfig`.
    takes : {"spectrogram", "numeric", "either", "both"}
        What it is given: a spectrogram, numeric features, whichever of them, or both at once.
    takes_parts : bool
        Whether numeric features may be of parts of clips, not of whole clips only.
    network : callable or None
        Builds the untrained Keras network, see `core.models.networks`; None for a kind that scikit-learn fits.
    estimator : callable or None
        Makes the unfitted scikit-learn classifier from configuration and training labels, see
        `core.models.classical`; None for a network.
    trusted : tuple of str
        Types within a saved estimator that are not known to be harmless by themselves, to be opened all the same.
    color : str
        ``#rrggbb`` in charts; empty for a colour that is still free.
    is_drawn : bool
        Whether chance has a part in the model, so that another seed gives another one on the same clips.
    """

    id: str
    title: str
    described: str
    about: str
    config: type[Any]
    takes: Takes
    takes_parts: bool = False
    network: Callable[..., Any] | None = None
    estimator: Callable[..., Any] | None = None
    trusted: tuple[str, ...] = ()
    color: str = ""
    is_drawn: bool = True

    def __post_init__(self) -> None:
        if (self.network is None) == (self.estimator is None):
            raise ValueError(f"The kind {self.id} is made either by a network's builder or by an estimator's maker.")

    @property
    def fitted_by(self) -> Literal["keras", "sklearn"]:
        """Keras, over epochs and also as a committee; or scikit-learn, in one go."""
        return "keras" if self.network is not None else "sklearn"

    @property
    def name_within(self) -> str:
        """The title within a sentence: ``"CNN"``, ``"random forest"``."""
        return self.title if self.title.isupper() else self.title.lower()


_CALIBRATED = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.model_selection._split.StratifiedKFold",
)

KINDS: dict[str, ModelKind] = {
    kind.id: kind
    for kind in (
        ModelKind(
            id="cnn",
            title="CNN",
            described="convolutional network (CNN)",
            about="Finds patterns anywhere in the spectrogram.",
            config=CnnConfig,
            takes="spectrogram",
            network=build_cnn,
            color="#c2571a",
        ),
        ModelKind(
            id="ffnn",
            title="FFNN",
            described="feed-forward network (FFNN)",
            about="Weighs each value of its input separately.",
            config=FfnnConfig,
            takes="either",
            takes_parts=True,
            network=build_ffnn,
            color="#3f7fb5",
        ),
        ModelKind(
            id="hybrid",
            title="Hybrid",
            described="hybrid of a convolutional and a feed-forward network",
            about="Finds patterns in the spectrogram and weighs numeric features, joined before the output.",
            config=HybridConfig,
            takes="both",
            network=build_hybrid,
            color="#77aa99",
        ),
        ModelKind(
            id="svm",
            title="SVM",
            described="support vector machine (SVM)",
            about="Draws curved boundaries between the genres in the space of numeric features. Trained in seconds.",
            config=SvmConfig,
            takes="numeric",
            estimator=make_svm,
            trusted=_CALIBRATED,
            color="#885566",
            is_drawn=False,
        ),
        ModelKind(
            id="forest",
            title="Random forest",
            described="random forest",
            about="Many decision trees on numeric features, each trained on a sample of the clips; they vote. Trained in "
            "seconds.",
            config=ForestConfig,
            takes="numeric",
            estimator=make_forest,
            trusted=("sklearn.tree._tree.Tree",),
            color="#ff8811",
        ),
        ModelKind(
            id="logistic",
            title="Logistic regression",
            described="logistic regression",
            about="A weighted sum of the numeric features for each genre: the simplest baseline. Trained in seconds.",
            config=LogisticConfig,
            takes="numeric",
            estimator=make_logistic,
            color="#6699ff",
            is_drawn=False,
        ),
        ModelKind(
            id="lda",
            title="Discriminant analysis",
            described="linear discriminant analysis (LDA) with shrinkage",
            about="Straight boundaries between the genres, from their means and one covariance that is shrunk as far as "
            "the clips are few. Trained in a second.",
            config=LdaConfig,
            takes="numeric",
            estimator=make_lda,
            trusted=_CALIBRATED,
            color="#88ccff",
        ),
        ModelKind(
            id="boosting",
            title="Gradient boosting",
            described="gradient boosting of decision trees",
            about="Decision trees on numeric features, each correcting the errors of those before. Trained in seconds.",
            config=BoostingConfig,
            takes="numeric",
            estimator=make_boosting,
            trusted=("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",),
            color="#0055ff",
            is_drawn=False,
        ),
    )
}
"""Every kind of model, by its id, in the order in which they are offered."""


def kind_of(config: ModelConfig) -> ModelKind:
    """The kind of a model's configuration."""
    return KINDS[config.kind]
