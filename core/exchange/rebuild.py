"""A network from elsewhere: built here from its settings, and given the weights that its file holds.

Nothing of the file is run or trusted: its layers are only compared with those that the settings lead to, the numbers of
its scaling and its weights are taken over, each of the shape that is expected.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import GenreLabError
from core.models.build import build_model, import_keras
from core.models.scaling import InputScaling
from core.names import reason_of
from core.recipe.config import TrainingConfig

_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_COMPARED = ("units", "filters", "kernel_size", "strides", "padding", "pool_size", "activation", "axis", "epsilon")
_MOST_CONFIG_BYTES = 20_000_000
_SPARE_BYTES = 20_000_000
"""What a file of weights holds besides them: names, and numbers of layers that draw lots."""
_DEEPEST, _MOST_PARTS = 12, 20_000

Rescalings = Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]


def rebuild_network(config: TrainingConfig, content: bytes) -> Any:
    """The network of a ``.keras`` file that is to be what ``config`` describes.

    Parameters
    ----------
    config : TrainingConfig
        Of a network.
    content : bytes
        Of the file, from whoever it comes.

    Raises
    ------
    ValueError
        Says what was expected, and what came.
    """
    least_bytes = 4 * (config.n_parameters + config.n_statistics)
    most_bytes = least_bytes + _SPARE_BYTES
    stored, weights = _members(content, most_bytes=2 * most_bytes)
    if len(weights) < least_bytes:
        raise ValueError(
            f"expected the weights of {config.n_parameters:,} parameters, got a file of {len(weights):,} bytes"
        )
    layers = dict(_layers(stored))
    scalings = _scalings(config, _rescalings(layers))
    try:
        network = build_model(
            config.model,
            config.input_shape,
            len(config.genres),
            scalings[0],
            numeric_scaling=scalings[1] if len(scalings) > 1 else None,
            precision=config.precision,
            members=config.members,
        )
    except GenreLabError as error:
        raise ValueError(str(error)) from error
    expected = dict(_layers(json.loads(network.to_json())))
    if expected != layers and (differing := _first_difference(expected, layers)):
        raise ValueError(f"its layers are not those that its settings describe ({differing})")
    check_weights(weights, most_bytes=most_bytes)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / _WEIGHTS
        place.write_bytes(weights)
        try:
            network.load_weights(place)
        except Exception as error:  # whatever Keras and h5py raise for strange content
            raise ValueError(f"its weights do not fit its settings: {reason_of(error)}") from error
    if not all(np.isfinite(values).all() for values in network.get_weights()):
        raise ValueError("its weights are not finite numbers")
    return network


def save_network(network: Any, place: Path) -> None:
    """Write a network that was built here."""
    import_keras()
    network.save(place)


def check_weights(content: bytes, *, most_bytes: int) -> None:
    """Refuse an HDF5 file that leads outside itself, or holds more than plain numbers of so many bytes.

    Raises
    ------
    ValueError
        Says what it holds.
    """
    import h5py

    def walk(group: Any, depth: int) -> Iterator[Any]:
        if depth > _DEEPEST:
            raise ValueError("its weights lie too deep in folders")
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise ValueError(f"its weights have a link to elsewhere ({name!r})")
            part = group[name]
            yield part
            if isinstance(part, h5py.Group):
                yield from walk(part, depth + 1)

    try:
        with h5py.File(io.BytesIO(content), "r") as opened:
            n_parts = n_bytes = 0
            for part in walk(opened, 0):
                n_parts += 1
                if n_parts > _MOST_PARTS:
                    raise ValueError(f"its weights have more than {_MOST_PARTS:,} parts")
                if not isinstance(part, h5py.Dataset):
                    continue
                if part.external or part.is_virtual or part.dtype.kind not in "fiu":
                    raise ValueError(f"its weights hold more than plain numbers ({part.name!r})")
                n_bytes += part.nbytes
                if n_bytes > most_bytes:
                    raise ValueError(f"its weights take more than the {most_bytes:,} bytes that its settings lead to")
    except (OSError, RuntimeError, KeyError) as error:
        raise ValueError(f"its weights are damaged: {reason_of(error)}") from error


def _members(content: bytes, *, most_bytes: int) -> tuple[dict[str, Any], bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            config = _read(archive, _CONFIG, _MOST_CONFIG_BYTES)
            weights = _read(archive, _WEIGHTS, most_bytes)
        values = json.loads(config)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, KeyError, RecursionError) as error:
        raise ValueError(f"it is no file of Keras 3 ({reason_of(error)})") from error
    if not isinstance(values, dict):
        raise ValueError("it is no file of Keras 3")
    return values, weights


def _read(archive: zipfile.ZipFile, name: str, most_bytes: int) -> bytes:
    with archive.open(name) as stream:
        content = stream.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise ValueError(f"its {name} is larger than {most_bytes:,} bytes")
    return content


def _layers(values: Any, depth: int = 0, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each layer by its name, within the name of the network that it is of, with what is compared of it."""
    if depth > _DEEPEST or not isinstance(values, dict) or not isinstance(values.get("config"), dict):
        raise ValueError("its layers cannot be read")
    config = values["config"]
    if not isinstance(config.get("layers"), list):
        raise ValueError("its layers cannot be read")
    for place, layer in enumerate(config["layers"]):
        if not isinstance(layer, dict) or not isinstance(layer.get("config"), dict):
            raise ValueError("its layers cannot be read")
        name = f"{prefix}{layer['config'].get('name', '')}"
        kind = str(layer.get("class_name", ""))
        if "layers" in layer["config"]:
            yield from _layers(layer, depth + 1, f"{name}/")
            continue
        compared = {key: layer["config"][key] for key in _COMPARED if key in layer["config"]}
        if kind == "Rescaling":
            compared |= {"scale": layer["config"].get("scale"), "offset": layer["config"].get("offset")}
        # Operations are numbered through the process that made them.
        yield (name if layer.get("module") == "keras.layers" else f"{prefix}{kind}:{place}"), {"kind": kind, **compared}


def _first_difference(expected: Mapping[str, dict[str, Any]], layers: Mapping[str, dict[str, Any]]) -> str:
    """What is other in the first layer that differs; empty where only the figures of scaling do, by rounding."""
    if list(expected) != list(layers):
        unknown = next((name for name in layers if name not in expected), "")
        return f"it has {unknown!r}" if unknown else f"it has {len(layers)} layers, expected {len(expected)}"
    for name, wanted in expected.items():
        for key, value in wanted.items():
            if key not in ("scale", "offset") and layers[name].get(key) != value:
                return f"{name}: expected {key} {value!r}, got {layers[name].get(key)!r}"
    return ""


def _rescalings(layers: Mapping[str, dict[str, Any]]) -> Rescalings:
    found = {}
    for name, values in layers.items():
        if values["kind"] == "Rescaling":
            try:
                scale, offset = (
                    tuple(float(value) for value in np.ravel(np.asarray(values[key], dtype=np.float64)))
                    for key in ("scale", "offset")
                )
            except (TypeError, ValueError) as error:
                raise ValueError(f"the figures of its layer {name!r} are no numbers") from error
            if not np.isfinite([*scale, *offset]).all() or 0.0 in scale:
                raise ValueError(f"the figures of its layer {name!r} are not finite, or zero")
            found[name] = (scale, offset)
    return found


def _scalings(config: TrainingConfig, found: Rescalings) -> list[InputScaling]:
    # The networks of a committee share their scaling: that of the first is that of all.
    prefix = "network_1/" if config.members > 1 else ""
    names = ("scaling", "numeric_scaling")[: len(config.front_ends)]
    return [_scaling(f"{prefix}{name}", found) for name in names]


def _scaling(name: str, found: Rescalings) -> InputScaling:
    """What `core.models.scaling.scale_in_keras` made the layers of such a name from."""
    if name not in found:
        raise ValueError(f"its layer {name!r} is missing")

    def undone(part: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
        scale, offset = found[part]
        shifts = offset if len(offset) == len(scale) else offset * len(scale)
        return tuple(-shift / factor for factor, shift in zip(scale, shifts, strict=True)), tuple(
            1 / factor for factor in scale
        )

    offset, scale = undone(name)
    powers: tuple[float, ...] = ()
    then: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    if f"{name}_above_power" in found:
        powers, then = found[f"{name}_above_power"][0], undone(f"{name}_after_powers")
    clip = found[f"{name}_to_clip"][0][0] ** -1 if f"{name}_to_clip" in found else None
    return InputScaling(offset, scale, powers, *then, clip=clip)
