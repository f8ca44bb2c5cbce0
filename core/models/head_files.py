"""Classical models of plain arrays as files (npz): written without compression, read without numpy's own loader.

Each array is as long as its entry in the file, so that a file takes no more memory than it has bytes; objects are
refused, and nothing is unpickled.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from core.models.estimators import ClassicalModel, unopened
from core.models.heads import ARRAYS, Form, Head, check_head, head_of
from core.models.scaling import InputScaling

_SCALING = ("offset", "scale", "powers", "then_offset", "then_scale", "clip")
_MOST_ENTRIES = 40


def head_content(model: ClassicalModel) -> bytes:
    """The file of a classical model; `RunError` where it has no form of plain arrays."""
    head, scaling = head_of(model.estimator), model.scaling
    figures: dict[str, Any] = {name: np.array(getattr(scaling, name), dtype=np.float64) for name in _SCALING[:-1]}
    figures["clip"] = np.array([] if scaling.clip is None else [scaling.clip], dtype=np.float64)
    content = io.BytesIO()
    arrays: dict[str, Any] = {"form": np.array(head.form), **figures, **head.arrays}
    np.savez(content, **arrays)
    return content.getvalue()


def load_head_file(path: Path) -> ClassicalModel:
    """A classical model as `head_content` wrote it; `RunError` where the file is missing or damaged."""
    try:
        return read_head(path.read_bytes())
    except (OSError, ValueError) as error:
        raise unopened(path, error) from error


def read_head(content: bytes) -> ClassicalModel:
    """The model that a file holds, from whoever it comes.

    Raises
    ------
    ValueError
        Says what was expected, and what came.
    """
    arrays = _arrays(content)
    if "form" not in arrays or str(arrays["form"]) not in get_args(Form):
        raise ValueError(f"expected one of {', '.join(get_args(Form))} as its form")
    form = cast(Form, str(arrays["form"]))
    scaling = _scaling(arrays)
    head = Head(form, {name: arrays[name] for name in ARRAYS[form] if name in arrays})
    n_genres = _n_genres(head)
    check_head(head, n_features=len(scaling.offset), n_genres=n_genres)
    return ClassicalModel(head, scaling)


def n_genres_of(model: ClassicalModel) -> int:
    """Genres that a model of plain arrays tells apart."""
    return _n_genres(model.estimator)


def _n_genres(head: Head) -> int:
    name = {"linear": "intercept", "svm": "counts", "forest": "values", "boosting": "baseline"}[head.form]
    if name not in head.arrays or head.arrays[name].ndim < 1:
        raise ValueError(f"the array {name} of a {head.form} is missing")
    n = head.arrays[name].shape[-1]
    return 2 if head.form == "boosting" and n == 1 else n


def _scaling(arrays: Mapping[str, NDArray[Any]]) -> InputScaling:
    for name in _SCALING:
        if name not in arrays or arrays[name].ndim != 1 or arrays[name].dtype != np.float64:
            raise ValueError(f"the figures {name} of its scaling are missing")
        if not np.isfinite(arrays[name]).all():
            raise ValueError(f"the figures {name} of its scaling are not finite numbers")
    n, n_powers = len(arrays["offset"]), len(arrays["powers"])
    lengths = [len(arrays[name]) for name in _SCALING[1:-1]]
    if n < 1 or lengths not in ([n, 0, 0, 0], [n, n, n, n]) or len(arrays["clip"]) > 1:
        raise ValueError(f"the figures of its scaling do not belong together ({n}, {n_powers} and {lengths} of them)")
    if not (arrays["scale"] != 0).all() or not (arrays["then_scale"] != 0).all():
        raise ValueError("its scaling divides by zero")
    figures = {name: tuple(arrays[name].tolist()) for name in _SCALING[:-1]}
    return InputScaling(**figures, clip=float(arrays["clip"][0]) if len(arrays["clip"]) else None)


def _arrays(content: bytes) -> dict[str, NDArray[Any]]:
    arrays = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            entries = opened.infolist()
            if len(entries) > _MOST_ENTRIES:
                raise ValueError(f"expected at most {_MOST_ENTRIES} arrays, got {len(entries)}")
            for entry in entries:
                if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > len(content):
                    raise ValueError(f"expected arrays without compression, got {entry.filename!r}")
                arrays[entry.filename.removesuffix(".npy")] = _array(opened.read(entry), entry.filename)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"it is no npz file ({error})") from error
    return arrays


def _array(content: bytes, name: str) -> NDArray[Any]:
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError(f"expected an array of version 1.0 in {name!r}")
    shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(stream, max_header_size=10_000)
    n_bytes = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if dtype.hasobject or dtype.kind not in "fiuU" or n_bytes != len(content) - stream.tell():
        raise ValueError(f"expected numbers in {name!r} that fill it, got {dtype} of shape {shape}")
    values = np.frombuffer(content, dtype, offset=stream.tell()).reshape(shape, order="F" if is_fortran else "C")
    return values.copy(order="K")
