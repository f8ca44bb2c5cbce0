"""Sliders of a model's architecture, by its kind.

Values live in the session under ``train:...``, so that a preset or an earlier run can fill them in and a visit to
another page loses nothing.
"""

from collections.abc import Callable

import streamlit as st

from core.models.kinds import ModelKind
from dashboard.shared.forms.inputs import layer_sizes, number, slide, switch
from dashboard.shared.forms.values import MAX_BRANCH, MAX_LAYERS
from dashboard.train.form.cnn import L2_HELP, UNITS, cnn_form
from dashboard.train.form.plain import plain_form

_DROPOUT = "Share of units that are switched off at random in each training step, after every hidden layer."


def model_form(kind: ModelKind) -> None:
    """The sliders of a kind of model."""
    form = _FORMS.get(kind.id)
    if form is None:
        plain_form(kind)
    else:
        form()
    if kind.fitted_by == "keras":
        number(
            "Networks in a committee",
            "train:members",
            1,
            10,
            1,
            "Train this many networks and average their probabilities: slightly better, at that many times the cost.",
            place=st.columns(2)[0],
        )


def _ffnn_form() -> None:
    left, right = st.columns(2)
    about = "Dense layers between the input, flattened to a vector, and the output."
    slide("Hidden layers", "train:n_layers", 1, MAX_LAYERS, 1, about, place=left)
    slide("Dropout", "train:ffnn_dropout", 0.0, 0.9, 0.01, _DROPOUT, place=right)
    layer_sizes("Units, layer", "train:n_layers", "train:units", UNITS)
    _regularisation("train:ffnn_", input_dropout="train:ffnn_input_dropout" in st.session_state)


def _regularisation(prefix: str, *, input_dropout: bool = False) -> None:
    columns = st.columns([3, 2, 2] if input_dropout else 2, vertical_alignment="bottom")
    switch(
        "Batch normalisation",
        f"{prefix}batch_norm",
        "Brings the values after each dense layer to the same scale, batch by batch.",
        place=columns[0],
    )
    number("L2 penalty", f"{prefix}l2", 0.0, 1.0, 0.0001, L2_HELP, place=columns[1])
    if input_dropout:
        about = "Share of the input's values that are switched off at random in each training step."
        slide("Dropout of the input", f"{prefix}input_dropout", 0.0, 0.9, 0.01, about, place=columns[2])


def _hybrid_form() -> None:
    st.markdown("**Spectrogram branch**")
    cnn_form()
    st.markdown("**Numeric branch**")
    about = "Dense layers on the numeric features."
    slide("Layers of the numeric branch", "train:n_numeric", 1, MAX_BRANCH, 1, about)
    layer_sizes("Units, numeric layer", "train:n_numeric", "train:numeric", UNITS)
    st.markdown("**Joined**")
    left, right = st.columns(2)
    about = "Dense layers after the two branches are joined."
    slide("Joined layers", "train:n_joined", 0, MAX_BRANCH, 1, about, place=left)
    about = "Dropout in the numeric branch and after the branches are joined; the spectrogram branch has its own."
    slide("Dropout of numeric and joined layers", "train:hybrid_dropout", 0.0, 0.9, 0.01, about, place=right)
    layer_sizes("Units, joined layer", "train:n_joined", "train:joined", UNITS)
    _regularisation("train:hybrid_")


def _svm_form() -> None:
    left, right = st.columns(2)
    about = "Penalty for a misclassified training clip: larger values fit the training clips more closely."
    number("C", "train:svm_c", 1e-3, 1e4, 0.5, about, place=left)
    with right:
        own = switch(
            "Set gamma",
            "train:svm_gamma_own",
            "Gamma sets how sharply the boundary may bend. Off: 1 / (number of features × their variance).",
        )
        if own:
            number("Gamma", "train:svm_gamma", 1e-6, 10.0, 0.01)


def _forest_form() -> None:
    left, middle, right = st.columns(3)
    about = "More trees give more stable predictions and take longer."
    number("Trees", "train:forest_n_trees", 1, 2000, 50, about, place=left)
    about = "Fewest training clips in a leaf: larger leaves reduce overfitting."
    number("Clips in a leaf", "train:forest_min_leaf", 1, 100, 1, about, place=middle)
    with right:
        if switch("Limit the depth", "train:forest_max_depth_own", "Off: trees grow until their leaves are pure."):
            number("Depth", "train:forest_max_depth", 1, 64, 1)


def _logistic_form() -> None:
    number(
        "C",
        "train:logistic_c",
        1e-4,
        1e4,
        0.5,
        "Inverse weight of the penalty on large weights: smaller values regularise more.",
    )


def _lda_form() -> None:
    own = switch(
        "Set the shrinkage",
        "train:lda_shrinkage_own",
        "How far the covariance of the features is pulled towards equal variances without correlations. Off: as far "
        "as the training clips are few (Ledoit and Wolf).",
    )
    if own:
        slide("Shrinkage", "train:lda_shrinkage", 0.0, 1.0, 0.01)


def _boosting_form() -> None:
    left, right = st.columns(2)
    number("Trees for each genre", "train:boosting_n_iterations", 1, 1000, 10, place=left)
    about = "Weight of each new tree: smaller values need more trees and are more stable."
    slide("Shrinkage", "train:boosting_shrinkage", 0.001, 1.0, 0.001, about, place=right, format="%g")
    left, right = st.columns(2)
    number("Leaves per tree", "train:boosting_max_leaves", 2, 255, 1, place=left)
    number("L2 penalty", "train:boosting_l2", 0.0, 100.0, 0.1, "Penalty on large leaf values.", place=right)


_FORMS: dict[str, Callable[[], None]] = {
    "cnn": cnn_form,
    "ffnn": _ffnn_form,
    "hybrid": _hybrid_form,
    "svm": _svm_form,
    "forest": _forest_form,
    "logistic": _logistic_form,
    "lda": _lda_form,
    "boosting": _boosting_form,
}
"""Forms by kind; one that has none gets a plain form made from its settings."""
