"""How the weights are adjusted: optimiser, course of the learning rate, regularisation, when to stop."""

import streamlit as st

from core.recipe.config import TrainingConfig
from dashboard.charts.runs.schedule import schedule_chart, schedule_table
from dashboard.shared.forms.inputs import choose, number, pick_one, slide, steps, switch
from dashboard.shared.forms.values import KEY
from dashboard.state import chart_theme

LEARNING_RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 2e-3, 3e-3, 1e-2, 3e-2, 1e-1)
BATCH_SIZES = (4, 8, 16, 32, 64, 128)
_OPTIMISERS = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD with momentum"}
_SCHEDULES = {
    "constant": "Constant",
    "cosine": "Cosine down to 0",
    "step": "In steps",
    "plateau": "On plateaus",
}
_KEEP = {
    "best_loss": "Lowest validation loss",
    "best_accuracy": "Highest validation accuracy",
    "last": "The last epoch",
}
_PRECISIONS = {"float32": "float32", "mixed_bfloat16": "bfloat16"}
_OPTIMISE = f"{KEY}optimise_"


def optimisation_form() -> st.delta_generator.DeltaGenerator:
    """All settings of the training itself; returns the place for the curve of the learning rate."""
    left, middle, right = st.columns(3)
    steps(
        "Learning rate",
        f"{KEY}learning_rate",
        LEARNING_RATES,
        "Size of the optimiser's steps: too large and the loss oscillates, too small and it hardly falls. With a "
        "schedule, this is the highest rate.",
        place=left,
    )
    steps("Batch (clips)", f"{KEY}batch_size", BATCH_SIZES, "Clips used for each optimiser step.", place=middle)
    number("Epochs", f"{KEY}epochs", 1, 1000, 1, "Passes over the training set.", place=right)
    left, right = st.columns(2)
    optimiser = choose(
        "Optimiser",
        f"{_OPTIMISE}optimiser",
        _OPTIMISERS,
        "Adam adapts the step size of each weight; AdamW adds weight decay; SGD uses one step size for all weights.",
        place=left,
    )
    if optimiser == "sgd":
        about = "Share of the previous step that is added to the next."
        slide("Momentum", f"{_OPTIMISE}momentum", 0.0, 0.999, 0.001, about, place=right, format="%g")
    elif optimiser == "adamw":
        about = "How strongly weights are pulled towards zero."
        number("Weight decay", f"{_OPTIMISE}weight_decay", 0.0, 1.0, 0.005, about, place=right)
    _schedule()
    curve = st.container()
    _regularisation()
    _stopping()
    return curve


def _schedule() -> None:
    left, right = st.columns(2)
    schedule = choose(
        "Learning rate schedule",
        f"{_OPTIMISE}schedule",
        _SCHEDULES,
        "In steps: multiplied by a factor after every set number of epochs. On plateaus: multiplied when the "
        "validation loss has not fallen for that many epochs.",
        place=left,
    )
    about = "Epochs over which the learning rate first rises from 0: large networks start more stably."
    number("Warm-up (epochs)", f"{_OPTIMISE}warm_up_epochs", 0, 100, 1, about, place=right)
    if schedule in ("step", "plateau"):
        left, right = st.columns(2)
        number("Epochs per step", f"{_OPTIMISE}step_epochs", 1, 1000, 1, place=left)
        slide("Factor", f"{_OPTIMISE}factor", 0.01, 0.99, 0.01, "The learning rate is multiplied by this.", place=right)


def _regularisation() -> None:
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    slide(
        "Label smoothing",
        f"{_OPTIMISE}label_smoothing",
        0.0,
        0.5,
        0.01,
        "Share of each label that is spread evenly over all genres, so that the model becomes less overconfident.",
        place=left,
    )
    slide(
        "Weight averaging",
        f"{_OPTIMISE}averaging",
        0.0,
        0.9999,
        0.0005,
        "Momentum of a moving average of the weights; the average is validated and kept. 0 turns it off; 0.99 to "
        "0.999 is usual.",
        place=middle,
        format="%g",
    )
    switch(
        "Class weights",
        f"{_OPTIMISE}class_weights",
        "Clips of rare genres get more weight, so that all genres count equally.",
        place=right,
    )


def _stopping() -> None:
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    stop_early = switch(
        "Stop early",
        f"{KEY}stop_early",
        "End training when the validation loss no longer falls.",
        place=left,
    )
    about = "Epochs without a lower validation loss before training ends."
    number("Patience (epochs)", f"{KEY}patience", 1, 1000, 1, about, place=middle, disabled=not stop_early)
    choose(
        "Weights kept",
        f"{_OPTIMISE}keep",
        _KEEP,
        "Which epoch's weights to keep, judged on the validation set; the test set is never used.",
        place=right,
    )
    left, right = st.columns(2, vertical_alignment="bottom")
    number(
        "Seed",
        f"{KEY}seed",
        0,
        2**32 - 1,
        1,
        "Sets the initial weights, the order of batches and, unless it has its own seed, the split. The same seed "
        "gives the same run.",
        place=left,
    )
    pick_one(
        "Precision",
        f"{KEY}precision",
        _PRECISIONS,
        "bfloat16: products in half precision, weights still in float32. Faster on processors and graphics cards "
        "that support it, with slightly different results.",
        place=right,
    )
    switch(
        "Train on validation too",
        f"{KEY}train_on_validation",
        "For a final model, once its recipe is fixed: it is trained on the training and validation sets together, "
        "for all epochs, and there are no validation results. The test set stays unused.",
    )


def schedule_preview(config: TrainingConfig) -> None:
    """The learning rate over the epochs, as a small curve."""
    st.altair_chart(
        schedule_chart(schedule_table(config), theme=chart_theme()),
        alt=f"Learning rate over {config.epochs} epochs, at most {config.learning_rate:g}",
    )
    if config.optimisation.schedule == "plateau":
        st.caption("On plateaus: drawn as if the validation loss never stopped falling.")
