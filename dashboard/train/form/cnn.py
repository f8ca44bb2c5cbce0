"""Sliders of a convolutional network, for a CNN and for a hybrid's branch."""

import streamlit as st

from core.models.cnn import HEADS
from dashboard.shared.forms.inputs import choose, layer_sizes, number, pick_one, slide, switch
from dashboard.shared.forms.values import MAX_BLOCKS, MAX_DENSE

FILTERS = (4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
UNITS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
L2_HELP = (
    "Weight of the squared weights in the loss: keeps the weights small to reduce overfitting. 0 turns it off; "
    "0.0001 to 0.01 is usual."
)


def cnn_form() -> None:
    """All settings of the blocks, of what joins their maps, and of the dense layers."""
    left, right = st.columns(2)
    slide(
        "Convolution blocks",
        "train:n_blocks",
        1,
        MAX_BLOCKS,
        1,
        "A block consists of a convolution, which looks for small patterns in the spectrogram, and a pooling, which "
        "shrinks the map of where they were found.",
        place=left,
    )
    choose(
        "Kernels move over",
        "train:cnn_axes",
        {"bands+time": "Bands and time", "time": "Time only"},
        "Bands and time: a pattern is found at any pitch, as in an image. Time only: each kernel spans all bands, "
        "so there are fewer cells to compute, and a pattern keeps its pitch.",
        place=right,
    )
    layer_sizes("Filters, block", "train:n_blocks", "train:filters", FILTERS, "Number of patterns the block looks for.")
    _kernel_and_pooling()
    _kind_of_block()
    _after_the_blocks()


def _kernel_and_pooling() -> None:
    along_time = st.session_state["train:cnn_axes"] == "time"
    left, middle, right = st.columns(3)
    slide(
        "Kernel (cells)",
        "train:kernel",
        1,
        15,
        1,
        "Length of the kernel in frames." if along_time else "Side length of the square kernel, in bands and frames.",
        place=left,
    )
    if not st.session_state["train:own_pools"]:
        _pools(middle, right, "", along_time=along_time)
    left, right = st.columns(2, vertical_alignment="bottom")
    pick_one(
        "Pooling",
        "train:cnn_pooling",
        {"max": "Maximum", "average": "Average"},
        "Keep the largest of the neighbouring cells, or their mean.",
        place=left,
    )
    own = switch(
        "Set pooling for each block",
        "train:own_pools",
        "Off: all blocks use the same pooling. On: bands and frames are set for each block.",
        place=right,
    )
    if own:
        for place in range(int(st.session_state["train:n_blocks"])):
            left, right = st.columns(2)
            _pools(left, right, f"_{place}", along_time=along_time)


def _pools(left: st.delta_generator.DeltaGenerator, right: st.delta_generator.DeltaGenerator, which: str,
           *, along_time: bool) -> None:  # fmt: skip
    of_block = f", block {int(which[1:]) + 1}" if which else ""
    if not along_time:
        about = "This many neighbouring bands become one; 1 keeps all."
        slide(f"Pooling (bands){of_block}", f"train:pool_bands{which}", 1, 16, 1, about, place=left)
    about = "This many neighbouring frames become one; 1 keeps all."
    slide(f"Pooling (frames){of_block}", f"train:pool_frames{which}", 1, 16, 1, about, place=right)


def _kind_of_block() -> None:
    left, middle, right = st.columns(3)
    choose(
        "Block",
        "train:cnn_block",
        {"plain": "Plain", "residual": "Residual", "separable": "Depthwise-separable"},
        "Residual: the input of a block is added to its output, which helps deep networks (He et al. 2016). "
        "Depthwise-separable: each map is filtered on its own, then the maps are mixed, with far fewer parameters "
        "(Chollet 2017).",
        place=left,
    )
    pick_one(
        "Convolutions per block",
        "train:cnn_convolutions",
        {1: "1", 2: "2"},  # type: ignore[dict-item]
        "In sequence, before the pooling.",
        place=middle,
    )
    pick_one(
        "At the edges",
        "train:cnn_padding",
        {"valid": "Cut", "same": "Pad"},
        "Cut (valid): the map shrinks by the cells that the kernel cannot reach. Pad (same): zeros around the map "
        "keep its size, which deep and residual networks need.",
        place=right,
    )
    left, right = st.columns(2, vertical_alignment="bottom")
    switch(
        "Batch normalisation",
        "train:cnn_batch_norm",
        (
            "Brings the values after each convolution to the same scale, batch by batch: training is faster and more "
            "stable."
        ),
        place=left,
    )
    slide(
        "Dropout after a block",
        "train:cnn_block_dropout",
        0.0,
        0.9,
        0.01,
        "Share of maps that are switched off at random in each training step.",
        place=right,
    )


def _after_the_blocks() -> None:
    left, right = st.columns(2)
    choose(
        "After the last block",
        "train:cnn_head",
        HEADS,
        "Flatten keeps every cell of the last maps, so it keeps where a pattern was found. Global average keeps one "
        "value per map: how much of the pattern there is overall. Maximum adds its strongest value.",
        place=left,
    )
    slide(
        "Dense layers",
        "train:n_dense",
        0,
        MAX_DENSE,
        1,
        "Fully connected layers before the output; they combine all patterns.",
        place=right,
    )
    layer_sizes("Units, dense layer", "train:n_dense", "train:dense", UNITS)
    left, right = st.columns(2)
    slide(
        "Dropout",
        "train:dropout",
        0.0,
        0.9,
        0.01,
        "Share of units that are switched off at random in each training step, before the output, to reduce "
        "overfitting.",
        place=left,
    )
    number("L2 penalty", "train:cnn_l2", 0.0, 1.0, 0.0001, L2_HELP, place=right)
