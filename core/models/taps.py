"""What a network computes on the way to its probabilities: last map, penultimate layer, logits; of committees too.

Conventions: a model is one network or a committee of several (`core.models.networks`), its *members*. Each value is
there for each member, on the inputs of the whole model, and all of them in one graph: gradients lead from logits to the
map. A committee's networks share the names of their inputs, so that a model across their borders cannot be made;
each is therefore called anew, as one layer that gives these values too. The weights are those of the model itself.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from core.errors import RunError
from core.models.estimators import ClassicalModel
from core.models.keras_start import import_keras
from core.models.networks import OUTPUT, committee_networks

if TYPE_CHECKING:
    import keras

Tap = Literal["last_map", "penultimate", "logits", "probabilities"]

_HEADS = ("average", "flatten")
"""Layers that make one row of values of the last map, as `core.models.networks` names them."""


@dataclass(frozen=True)
class MemberTaps:
    """Values of one member, as Keras tensors on the inputs of the whole model.

    Attributes
    ----------
    last_map : tensor, shape (batch, bands, frames, maps), or None
        What the last block of convolutions gives, after its pooling; one band where kernels span all bands. None for a
        network without convolutions.
    penultimate : tensor, shape (batch, units)
        Input of the layer that gives the probabilities.
    logits : tensor, shape (batch, genres)
        What softmax makes probabilities of.
    probabilities : tensor, shape (batch, genres)
        They sum to 1.
    """

    last_map: Any
    penultimate: Any
    logits: Any
    probabilities: Any


def tap_members(model: Any) -> tuple[MemberTaps, ...]:
    """Last map, penultimate layer, logits and probabilities of each member; one where the model is no committee.

    Parameters
    ----------
    model : keras.Model
        Built by `core.models.build.build_model`, or loaded from a file.

    Raises
    ------
    RunError
        The model is a classical one, or no network of Genre Lab.
    """
    if isinstance(model, ClassicalModel):
        raise RunError(
            "Expected a network, got a classical model, which has no maps and no layers. Choose a CNN, an FFNN or a "
            "hybrid."
        )
    return tuple(_tap(network, model.inputs) for network in committee_networks(model))


def tap_model(model: Any, *taps: Tap) -> "keras.Model":
    """The model with other outputs: a dict that holds, for each tap, a list with the value of each member.

    Parameters
    ----------
    model : keras.Model
    taps : "last_map", "penultimate", "logits" or "probabilities"

    Raises
    ------
    RunError
        The model is a classical one, or no network of Genre Lab; or a last map is asked of one without convolutions.
    """
    members = tap_members(model)
    if "last_map" in taps and members[0].last_map is None:
        raise RunError("Expected a network with convolutions, got one without, which has no map. Choose a CNN.")
    return import_keras().Model(model.inputs, {tap: [getattr(member, tap) for member in members] for tap in taps})


def _tap(network: "keras.Model", inputs: list[Any]) -> MemberTaps:
    keras = import_keras()
    last = next((layer for layer in network.layers if layer.name == OUTPUT), None)
    if last is None:
        raise RunError(f"Expected a network whose last layer is named {OUTPUT!r}, got {network.name!r} without one.")
    given = last.input
    # In the precision of the last layer, whatever the rest computes in.
    logits = keras.ops.matmul(keras.ops.cast(given, last.compute_dtype), last.kernel) + last.bias
    values = {"penultimate": given, "logits": logits, "probabilities": last.output}
    if (last_map := _last_map(network)) is not None:
        values["last_map"] = last_map
    inner = keras.Model(network.inputs, values, name=f"{network.name}_tapped")
    return MemberTaps(**({"last_map": None} | inner(inputs if len(inputs) > 1 else inputs[0])))


def _last_map(network: "keras.Model") -> Any:
    """Input of the head: the only layer of such a name that is given bands, frames and maps."""
    heads = [layer for layer in network.layers if layer.name in _HEADS and len(layer.input.shape) == 4]
    return heads[0].input if heads else None
