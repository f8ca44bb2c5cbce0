"""What a model comes to before it is built: size, memory, time, what it looks at, its layers and a drawing."""

import streamlit as st

from core.cost.memory import estimate_memory
from core.cost.time import estimate_time
from core.recipe.config import TrainingConfig
from core.splits.summary import SplitSummary
from dashboard.changes.trainings import start_measurement
from dashboard.charts.runs.network import network_chart, network_stages
from dashboard.sentences.model import field_sentence, field_text, time_text, total_text
from dashboard.sentences.wording import format_count, format_megabytes, format_plural
from dashboard.state import chart_theme
from dashboard.tables.network import layer_table


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
            f"{format_plural(config.input_shape[0], 'numeric feature')} in, {len(config.genres):,} genres out. The "
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
                "Parameters": st.column_config.NumberColumn(format="%,d"),
            },
            alt="Layers of the model",
        )
        if config.members > 1:
            st.caption(f"Shapes are for one network; parameters are for all {config.members} networks together.")
        if config.n_statistics:
            st.caption(f"Not counted: {config.n_statistics:,} moving means and variances of batch normalisation.")


def _figures(config: TrainingConfig, split: SplitSummary | None) -> None:
    sizes = split.sizes if split is not None else None
    n_clips = (sizes["train"], sizes["validation"]) if sizes is not None else (0, 0)
    memory = estimate_memory(config, *n_clips)
    top = st.columns(2)
    top[0].metric(
        "Parameters", format_count(config.n_parameters), help="Values adjusted in training: weights and biases."
    )
    unit = "clip" if config.segments is None else "segment"
    top[1].metric(
        "Memory",
        format_megabytes(memory.total),
        help=f"Estimate of the most that the training's process takes: {format_megabytes(memory.program)} for Python "
        f"and TensorFlow, {format_megabytes(memory.training)} for weights, gradients, Adam's moments and a "
        f"checkpoint, {format_megabytes(memory.batch)} for a batch of {format_plural(config.batch_size, unit)}, "
        f"{format_megabytes(memory.clips)} for the features of all clips. The finished model is "
        f"{format_megabytes(memory.weights)}.",
    )
    bottom = st.columns(2)
    estimate = estimate_time(config, *n_clips) if sizes is not None else None
    measuring = estimate is not None and start_measurement() is not None
    bottom[0].metric(
        "Estimated time",
        "–" if estimate is None else total_text(estimate),
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
