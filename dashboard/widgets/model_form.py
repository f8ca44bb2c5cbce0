"""Sliders of a model's architecture, with what they lead to: layers, parameters, memory.

Values live in the session under ``train:...``, so that a preset or an earlier run can fill them in and a visit to
another page loses nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.models.config import CnnConfig, FfnnConfig, ModelConfig, TrainingConfig
from core.models.estimate import estimate_memory
from dashboard.wording import format_count, format_megabytes

FILTERS = (4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
UNITS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
MAX_BLOCKS, MAX_DENSE, MAX_LAYERS = 6, 6, 8
_FURTHER = "train:further-sizes"


def model_values(model: ModelConfig) -> dict[str, Any]:
    """Session values that make the sliders show ``model``."""
    if isinstance(model, CnnConfig):
        values: dict[str, Any] = {
            "train:n_blocks": len(model.filters),
            "train:kernel": model.kernel,
            "train:pool_bands": model.pool[0],
            "train:pool_frames": model.pool[1],
            "train:n_dense": len(model.dense),
            "train:dropout": model.dropout,
        }
        values |= {f"train:filters_{place}": size for place, size in enumerate(_padded(model.filters, MAX_BLOCKS, 32))}
        values |= {f"train:dense_{place}": size for place, size in enumerate(_padded(model.dense, MAX_DENSE, 64))}
        return values
    values = {"train:n_layers": len(model.units), "train:ffnn_dropout": model.dropout}
    return values | {f"train:units_{place}": size for place, size in enumerate(_padded(model.units, MAX_LAYERS, 64))}


def _padded(sizes: Sequence[int], length: int, further: int) -> list[int]:
    """Sizes for the sliders that are not shown as well, which repeat the last one."""
    last = sizes[-1] if sizes else further
    return [*sizes, *([last] * (length - len(sizes)))]


def fill(values: Mapping[str, Any]) -> None:
    """Put values into the form; sizes that the sliders do not offer are added to them."""
    further: set[int] = st.session_state.setdefault(_FURTHER, set())
    for key, value in values.items():
        st.session_state[key] = value
        if key.startswith(("train:filters_", "train:dense_", "train:units_")):
            further.add(value)


def _sizes(standard: Sequence[int]) -> list[int]:
    further: set[int] = st.session_state.get(_FURTHER, set())
    return sorted({*standard, *further})


def _size_slider(label: str, key: str, standard: Sequence[int], help: str | None = None) -> int:
    return int(st.select_slider(label, _sizes(standard), key=key, help=help, persist_state="session"))


def cnn_form() -> CnnConfig:
    """Sliders of a CNN; `ConfigError` where a value is out of range."""
    n_blocks = st.slider(
        "Convolution blocks",
        1,
        MAX_BLOCKS,
        key="train:n_blocks",
        persist_state="session",
        help="A block is a convolution, which looks for small patterns in the spectrogram, and a pooling, which makes "
        "the picture of where they were found smaller.",
    )
    filters = []
    columns = st.columns(min(3, n_blocks))
    for place in range(n_blocks):
        with columns[place % len(columns)]:
            filters.append(
                _size_slider(
                    f"Filters, block {place + 1}",
                    f"train:filters_{place}",
                    FILTERS,
                    help="How many patterns the block looks for.",
                )
            )
    left, middle, right = st.columns(3)
    kernel = left.slider(
        "Kernel (cells)",
        1,
        15,
        key="train:kernel",
        persist_state="session",
        help="Side of a pattern, in mel bands and in frames alike.",
    )
    pool_bands = middle.slider(
        "Pooling (bands)",
        1,
        16,
        key="train:pool_bands",
        persist_state="session",
        help="So many neighbouring mel bands become one; 1 keeps all.",
    )
    pool_frames = right.slider(
        "Pooling (frames)",
        1,
        16,
        key="train:pool_frames",
        persist_state="session",
        help="So many neighbouring frames become one; 1 keeps all.",
    )
    left, right = st.columns(2)
    n_dense = left.slider(
        "Dense layers",
        0,
        MAX_DENSE,
        key="train:n_dense",
        persist_state="session",
        help="Layers that weigh all patterns together, before the output.",
    )
    dropout = right.slider(
        "Dropout",
        0.0,
        0.9,
        step=0.05,
        key="train:dropout",
        persist_state="session",
        help="Share of units that are switched off at random in each training step, before the output: works against "
        "learning by heart.",
    )
    dense = []
    if n_dense:
        columns = st.columns(min(3, n_dense))
        for place in range(n_dense):
            with columns[place % len(columns)]:
                dense.append(_size_slider(f"Units, dense layer {place + 1}", f"train:dense_{place}", UNITS))
    return CnnConfig(
        filters=tuple(filters),
        kernel=int(kernel),
        pool=(int(pool_bands), int(pool_frames)),
        dense=tuple(dense),
        dropout=round(float(dropout), 4),
    )


def ffnn_form() -> FfnnConfig:
    """Sliders of an FFNN; `ConfigError` where a value is out of range."""
    left, right = st.columns(2)
    n_layers = left.slider(
        "Hidden layers",
        1,
        MAX_LAYERS,
        key="train:n_layers",
        persist_state="session",
        help="Dense layers between the flattened spectrogram and the output.",
    )
    dropout = right.slider(
        "Dropout",
        0.0,
        0.9,
        step=0.05,
        key="train:ffnn_dropout",
        persist_state="session",
        help="Share of units that are switched off at random in each training step, after every hidden layer.",
    )
    columns = st.columns(min(3, n_layers))
    units = []
    for place in range(n_layers):
        with columns[place % len(columns)]:
            units.append(_size_slider(f"Units, layer {place + 1}", f"train:units_{place}", UNITS))
    return FfnnConfig(units=tuple(units), dropout=round(float(dropout), 4))


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


def model_summary(config: TrainingConfig) -> None:
    """Parameters, memory and the layers of a model that has not been built."""
    memory = estimate_memory(config)
    parameters, training = st.columns(2)
    parameters.metric(
        "Parameters", format_count(config.n_parameters), help="Figures that the training adjusts: weights and biases."
    )
    training.metric(
        "Memory",
        format_megabytes(memory.total),
        help=f"Estimate for training: {format_megabytes(memory.training)} for weights, gradients and Adam's moments, "
        f"{format_megabytes(memory.batch)} for a batch of {config.batch_size}. TensorFlow itself takes some 600 MB "
        f"more. The finished model is {format_megabytes(memory.weights)}.",
    )
    st.dataframe(
        layer_table(config),
        hide_index=True,
        height="content",
        column_config={
            "Output": st.column_config.TextColumn(help="Shape of what the layer puts out: bands × frames × filters."),
            "Parameters": st.column_config.NumberColumn(format="localized"),
        },
        alt="Layers of the model",
    )
