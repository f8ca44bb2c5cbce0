"""One step of training in TensorFlow, and everything that decides what the next step does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from core.models.build import build_model
from core.models.keras_start import import_keras
from core.models.networks import committee_members
from core.models.scaling import InputScaling
from core.recipe.config import TrainingConfig
from core.training.batches import Examples

if TYPE_CHECKING:
    import keras

Arrays = list[NDArray[Any]]


def build_network(config: TrainingConfig, scalings: Sequence[InputScaling]) -> "keras.Model":
    """The untrained network of a training; ``scalings`` are of its inputs, in their order."""
    return build_model(
        config.model,
        config.input_shape,
        len(config.genres),
        scalings[0],
        numeric_scaling=scalings[1] if len(scalings) > 1 else None,
        precision=config.precision,
        members=config.members,
    )


class Trainer:
    """A network with its optimiser and, where asked for, the moving average of its weights.

    Parameters
    ----------
    model : keras.Model
    config : TrainingConfig
    """

    def __init__(self, model: "keras.Model", config: TrainingConfig) -> None:
        import tensorflow as tf

        self.model = model
        self._averaging = config.optimisation.averaging
        self.optimiser = _make_optimiser(config)
        self.optimiser.build(model.trainable_variables)
        averaged = model.trainable_variables if self._averaging else []
        self._averages = [tf.Variable(variable.value, trainable=False) for variable in averaged]
        self._step = self._make_step()

    def train_batch(self, examples: Examples, learning_rate: float) -> tuple[float, int]:
        """Adjust the weights; the mean loss of the batch and how many of it were judged rightly.

        The loss is what is minimised, smoothing, mixing and weights included, the mean over the networks of a
        committee; penalties on weights are left out of it.
        """
        self.optimiser.learning_rate.assign(learning_rate)
        loss, n_correct = self._step(examples.inputs, examples.labels, examples.targets, examples.weights)
        return float(loss), int(n_correct)

    def _make_step(self) -> Any:
        import tensorflow as tf

        keras = import_keras()
        model, optimiser, averages, momentum = self.model, self.optimiser, self._averages, self._averaging
        trained = model.trainable_variables
        several = len(model.inputs) > 1
        members = committee_members(model)
        networks = keras.Model(model.inputs, members) if len(members) > 1 else model
        inputs = tuple(tf.TensorSpec((None, *given.shape[1:]), tf.float32) for given in model.inputs)
        n_genres = model.output_shape[-1]
        signature = (
            inputs,
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None, n_genres), tf.float32),
            tf.TensorSpec((None,), tf.float32),
        )

        # One trace for whole batches and the last, smaller one.
        @tf.function(input_signature=signature)
        def step(inputs: Any, labels: Any, targets: Any, weights: Any) -> Any:
            with tf.GradientTape() as tape:
                given = networks(list(inputs) if several else inputs[0], training=True)
                of_networks = list(given) if len(members) > 1 else [given]
                # Each by its own loss, or they would share the work out and be one large network. Keras takes the
                # logits behind the softmax, where the logarithm is safe.
                losses = [keras.losses.categorical_crossentropy(targets, each) for each in of_networks]
                loss = tf.add_n([tf.reduce_mean(each * weights) for each in losses])
                total = loss + tf.add_n(model.losses) if model.losses else loss
            gradients = tape.gradient(total, [variable.value for variable in trained])
            optimiser.apply(gradients, trained)
            if averages:
                # Early averages would remember the first, random weights.
                steps = tf.cast(optimiser.iterations.value, tf.float32)
                share = tf.minimum(momentum, (1.0 + steps) / (10.0 + steps))
                for average, variable in zip(averages, trained, strict=True):
                    average.assign(share * average + (1.0 - share) * variable.value)
            predicted = tf.argmax(tf.add_n(of_networks), axis=1, output_type=tf.int32)
            return loss / len(members), tf.reduce_sum(tf.cast(predicted == labels, tf.int32))

        return step

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """The model with the averaged weights, where there are any, while the context lasts."""
        if not self._averages:
            yield
            return
        trained = self.model.trainable_variables
        present = [variable.numpy() for variable in trained]
        for variable, average in zip(trained, self._averages, strict=True):
            variable.assign(average)
        try:
            yield
        finally:
            for variable, value in zip(trained, present, strict=True):
                variable.assign(value)

    def state(self) -> Arrays:
        """Weights, statistics, states of the random layers, the optimiser's moments, the averages."""
        return [variable.numpy() for variable in self._variables()]

    def restore(self, state: Sequence[NDArray[Any]]) -> None:
        """Continue from what `state` gave: the same arrays in the same order and shapes."""
        for variable, value in zip(self._variables(), state, strict=True):
            variable.assign(value)

    def _variables(self) -> list[Any]:
        return [*self.model.variables, *self.optimiser.variables, *self._averages]


def _make_optimiser(config: TrainingConfig) -> Any:
    optimisers, settings = import_keras().optimizers, config.optimisation
    if settings.optimiser == "sgd":
        return optimisers.SGD(config.learning_rate, momentum=settings.momentum)
    if settings.optimiser == "adamw":
        optimiser = optimisers.AdamW(config.learning_rate, weight_decay=settings.weight_decay)
        # Decay is for kernels: biases and normalisation have no size to keep small.
        optimiser.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        return optimiser
    return optimisers.Adam(config.learning_rate)
