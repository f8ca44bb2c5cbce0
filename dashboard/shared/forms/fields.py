"""Which field of a configuration each input of a form sets, by the key of the input; nothing here draws."""

import re
from collections.abc import Iterator, Mapping, Sequence

from core.models.kinds import KINDS

_FRONT_ENDS = ("front_end", "numeric_front_end")
_PARTS = {"segment_": "segments.", "augment_": "augmentation.", "optimise_": "optimisation.", "cnn_": "model.cnn."}
"""Beginnings of keys, without ``train:``, and what they stand for."""
_FIELDS = {
    **dict.fromkeys(("n_blocks", "filters"), "model.cnn.filters"),
    **dict.fromkeys(("pool_bands", "pool_frames"), "model.cnn.pool"),
    **dict.fromkeys(("n_dense", "dense"), "model.cnn.dense"),
    **dict.fromkeys(("n_layers", "units"), "model.units"),
    **dict.fromkeys(("n_numeric", "numeric"), "model.numeric_units"),
    **dict.fromkeys(("n_joined", "joined"), "model.joined_units"),
    "kernel": "model.cnn.kernel",
    "own_pools": "model.cnn.pools",
    "dropout": "model.cnn.dropout",
    "segmented": "segments",
    "stop_early": "patience",
    "protocol": "split.protocol",
    "test_percent": "split.test_fraction",
    "validation_percent": "split.validation_fraction",
    **dict.fromkeys(("in_folds", "n_folds"), "split.n_folds"),
    "fold": "split.fold",
    "join_findings": "split.join_findings",
    "join_likely": "split.join_likely",
    **dict.fromkeys(("split_fixed", "split_seed"), "split.seed"),
    **dict.fromkeys(("split_upload", "split_file"), "split.file"),
    "n_excerpts": "split.n_excerpts",
    "group_column": "split.group_column",
}
"""Fields of inputs whose keys, without ``train:``, are not the field's name."""


def field_of(key: str) -> str:
    """The field that an input sets: ``"optimisation.momentum"`` of ``"train:optimise_momentum"``.

    Settings of convolution blocks are those of a branch, ``"model.cnn.kernel"``, as CNN and hybrid share their inputs.

    Parameters
    ----------
    key : str
        ``<form>:<setting>``; of a front end ``<form>:front_end:<kind>:<parameter>``.
    """
    _, name, *further = key.split(":")
    if name in _FRONT_ENDS:
        return f"{name}.{further[-1].removesuffix('_own')}"
    of_block = re.fullmatch(r"pool_(?:bands|frames)_\d+", name)
    name = re.sub(r"_\d+$", "", name)
    if of_block:
        return "model.cnn.pools"
    if name in _FIELDS:
        return _FIELDS[name]
    for start, part in ({f"{kind}_": "model." for kind in KINDS} | _PARTS).items():
        if name.startswith(start):
            return part + name.removeprefix(start).removesuffix("_own")
    return name


def fields_for(field: str) -> Iterator[str]:
    """Fields at whose input a message about ``field`` may stand, the best first: its own, a branch's, the whole's."""
    while field:
        yield field
        if field.startswith("model.") and not field.startswith("model.cnn."):
            yield field.replace("model.", "model.cnn.", 1)
        if field in _FRONT_ENDS:
            yield f"{field}.kind"
        if field == "split":
            yield "split.protocol"
        field = field.rpartition(".")[0]


def part_of(field: str, parts: Mapping[str, Sequence[str]]) -> str:
    """Which part of a form, given the first names of the fields that each holds, a field belongs to; else empty."""
    first = field.partition(".")[0]
    return next((part for part, names in parts.items() if first in names), "")
