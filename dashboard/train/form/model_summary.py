"""What a model comes to before it is built: size, memory, time, what it looks at, its layers and a drawing."""

import pandas as pd
import streamlit as st

from core.cost.memory import estimate_memory
from core.cost.time import TimeEstimate, estimate_time
from core.queue.measuring import start_measurement
from core.recipe.config import TrainingConfig
from core.splits.summary import SplitSummary
from dashboard.charts.network import network_chart, network_stages
from dashboard.sentences.wording import format_count, format_duration, format_megabytes, format_plural
from dashboard.state import chart_theme


def layer_table(config: TrainingConfig) -> pd.DataFrame:
    """Layers for people: ``Layer``, ``Output`` (shape) and ``Parameters``."""
    return pd.DataFrame(
        [
            {
                "Layer": row.layer,
                "Output": " × ".join(f"{side:,}" for side in row.shape),
                "Parameters": row.n_parameters,
            }
            for row in config.layers()
        ]
    )


def model_summary(config: TrainingConfig, split: SplitSummary | None) -> None:
    """Figures, drawing and layers of a model that has not been built.

    Parameters
    ----------
    config : TrainingConfig
    split : SplitSummary or None
        How many clips an epoch has; without it no time is estimated.
    """
    if config.is_classical:
        st.caption(
            f"{format_plural(config.input_shape[0], 'numeric feature')} in, {len(config.genres)} genres out. The "
            "size of the model depends on the clips and is known after training, which takes seconds."
        )
        return
    _figures(config, split)
    stages = network_stages(config)
    st.altair_chart(
        network_chart(stages, theme=chart_theme()),
        alt="The network from input to output: " + "; ".join(f"{stage.title}, {stage.text}" for stage in stages),
    )
    with st.expander("Layers", icon=":material/table_rows:"):
        st.dataframe(
            layer_table(config),
            hide_index=True,
            height="content",
            column_config={
                "Output": st.column_config.TextColumn(help="Shape of the layer's output: bands × frames × filters."),
                "Parameters": st.column_config.NumberColumn(format="localized"),
            },
            alt="Layers of the model",
        )
        if config.members > 1:
            st.caption(f"Shapes are for one network; parameters are for all {config.members} networks together.")
        if config.n_statistics:
            st.caption(f"Not counted: {config.n_statistics:,} moving means and variances of batch normalisation.")


def _figures(config: TrainingConfig, split: SplitSummary | None) -> None:
    memory = estimate_memory(config)
    top = st.columns(2)
    top[0].metric(
        "Parameters", format_count(config.n_parameters), help="Values adjusted in training: weights and biases."
    )
    unit = "clip" if config.segments is None else "segment"
    top[1].metric(
        "Memory",
        format_megabytes(memory.total),
        help=f"Estimate for training: {format_megabytes(memory.training)} for weights, gradients and Adam's moments, "
        f"{format_megabytes(memory.batch)} for a batch of {format_plural(config.batch_size, unit)}. TensorFlow "
        f"itself takes about 600 MB more. The finished model is {format_megabytes(memory.weights)}.",
    )
    bottom = st.columns(2)
    sizes = split.sizes if split is not None else None
    estimate = estimate_time(config, sizes["train"], sizes["validation"]) if sizes is not None else None
    measuring = estimate is not None and start_measurement() is not None
    bottom[0].metric(
        "Estimated time",
        "–" if estimate is None else format_duration(estimate.total_s),
        help=(
            "For all epochs on this machine, without feature extraction and start-up. Other load on the machine "
            "slows it down."
        ),
    )
    bottom[1].metric("Receptive field", field_text(config), help=_FIELD_HELP)
    lines = [field_sentence(config)]
    if estimate is not None:
        lines.append(time_text(config, estimate, measuring=measuring))
    st.caption("  \n".join(line for line in lines if line))


_FIELD_HELP = (
    "How much of the input one cell of the last map sees, in seconds and bands. Only the dense layers can combine "
    "longer structure, such as verse and chorus."
)


def field_text(config: TrainingConfig) -> str:
    """The receptive field in time: ``1.3 s``."""
    if config.is_numeric or _sees_all(config):
        return "All"
    seconds = config.receptive_field_s
    if seconds and config.front_end.frame_s > 0:
        return f"{seconds:.1f} s"
    return format_plural(config.model.receptive_field(config.input_shape).n_frames, "frame")


def _sees_all(config: TrainingConfig) -> bool:
    field = config.model.receptive_field(config.input_shape)
    return (field.n_bands, field.n_frames) == config.input_shape


def field_sentence(config: TrainingConfig) -> str:
    """The receptive field over time and bands, in words; empty for numeric features."""
    if config.is_numeric:
        return ""
    n_bands, n_frames = config.input_shape
    if _sees_all(config):
        return f"Each unit sees all {n_bands:,} bands and {n_frames:,} frames."
    field = config.model.receptive_field(config.input_shape)
    return (
        f"A cell of the last map sees {field.n_frames:,} of {n_frames:,} frames and {field.n_bands:,} of "
        f"{n_bands:,} bands."
    )


def time_text(config: TrainingConfig, estimate: TimeEstimate, *, measuring: bool = False) -> str:
    """Seconds an epoch in words, and what the estimate rests on."""
    basis = (
        "as measured on this machine"
        if estimate.measured
        else "rough: the training speed of this machine is being measured now, once, for better estimates"
        if measuring
        else (
            "from the speed of this processor only, since nothing has been trained here yet: may be off by a factor "
            "of three"
        )
    )
    epoch = f"About {format_duration(estimate.epoch_s)}" if estimate.epoch_s >= 0.05 else "Less than 0.1 s"
    return f"{epoch} per epoch, {format_plural(config.epochs, 'epoch')}; {basis}."
