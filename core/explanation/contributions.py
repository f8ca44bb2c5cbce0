"""What each group of numeric features adds to a verdict: exact Shapley values over at most eight groups.

Conventions: where a group is not in the set that is tried, its features are those of a training clip in place of the
song's; a set's value is the mean over the training clips (``core.explanation.background``). For one genre it is that
genre's probability at the run's temperature; between two, the difference of their logits.

The tags of trained ears are explained by family, and the units before the tags as one group of their own: what they
say cannot be named. A linear model (discriminant analysis, logistic regression) adds up its features, so that each
feature, and so each single tag, has an exact contribution to the logits as well, at no cost.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError
from core.evaluation.calibration import apply_temperature
from core.explanation.background import Background, background_of
from core.explanation.groups import FeatureGroup, group_features
from core.explanation.question import Question
from core.explanation.shapley import shapley_values
from core.explanation.subject import Subject
from core.models.build import predict_probabilities
from core.models.estimators import ClassicalModel
from core.prediction.parts import Parts

_ROWS_AT_ONCE = 4_096
_MOST_ROWS = 200_000
"""Rows that are predicted for one explanation; of a long song fewer training clips are taken."""
_FEWEST_CLIPS = 4


@dataclass(frozen=True)
class Contribution:
    """What one group, or one feature, adds.

    Attributes
    ----------
    name : str
    features : tuple of str
        Names of the features in it.
    value : float
        In the unit of the contributions it belongs to.
    deviation : float
        How far the song lies from the mean of the training clips, in standard deviations: the mean over the group's
        features, which tells a direction only for a single feature.
    """

    name: str
    features: tuple[str, ...]
    value: float
    deviation: float


@dataclass(frozen=True)
class Contributions:
    """Why a model on numeric features says what it says.

    Attributes
    ----------
    question : Question
    groups : tuple of Contribution
        The largest first, by size. Their values sum to ``value - base``.
    base, value : float
        The figure on the background, and that of the song.
    unit : "probability" or "logits"
        Of all these: probability of the genre; difference of two genres' logits.
    background : str
        What the song is compared with, in words.
    deviations : tuple of (str, float)
        How far each feature of the song lies from the mean of the training clips, in standard deviations.
    linear : tuple of Contribution
        The largest contributions of single features, of trained ears of single tags, to the score in logits, where the
        model is linear; else empty.
    """

    question: Question
    groups: tuple[Contribution, ...]
    base: float
    value: float
    unit: str
    background: str
    deviations: tuple[tuple[str, float], ...]
    linear: tuple[Contribution, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""

        def listed(contributions: tuple[Contribution, ...]) -> list[dict[str, Any]]:
            return [
                {
                    "name": one.name,
                    "contribution": one.value,
                    "deviation": one.deviation,
                    "features": list(one.features),
                }
                for one in contributions
            ]

        return {
            **self.question.to_dict(),
            "unit": self.unit,
            "base": self.base,
            "value": self.value,
            "background": self.background,
            "groups": listed(self.groups),
            "features": listed(self.linear),
        }


def group_contributions(subject: Subject, question: Question, *, background: Background | None = None) -> Contributions:
    """Contributions of groups of features to the verdict on a song.

    Parameters
    ----------
    subject : Subject
        Of a run on numeric features.
    question : Question
    background : Background, optional
        What the song is compared with; default `core.explanation.background.background_of`.

    Raises
    ------
    RunError
        The run is on spectrograms.
    """
    front_end = subject.config.front_end
    if not front_end.is_numeric:
        raise RunError(
            f"Expected a run on numeric features, got {subject.run.label} on {front_end.title.lower()}. Ask for its "
            "saliency instead."
        )
    if background is None:
        background = background_of(subject.run.id, subject.config, subject.model)
    groups, parts = group_features(front_end.names), subject.parts()
    if len(groups) == 1:  # a single group explains nothing: its features take its place, or none of them stand out
        groups = _singles(groups[0], front_end.names)
    values = _coalition_values(subject, question, parts, groups, background)
    shares = shapley_values(values)
    song = _song_features(subject)
    deviations = (song - background.mean) / background.deviation
    found = [
        Contribution(
            group.name,
            tuple(front_end.names[place] for place in group.places),
            float(share),
            float(deviations[list(group.places)].mean()),
        )
        for group, share in zip(groups, shares, strict=True)
    ]
    return Contributions(
        question=question,
        groups=tuple(sorted(found, key=lambda one: -abs(one.value))),
        base=float(values[0]),
        value=float(values[-1]),
        unit="logits" if question.against else "probability",
        background=background.text,
        deviations=tuple(zip(front_end.names, (float(value) for value in deviations), strict=True)),
        linear=linear_contributions(subject, question, background),
    )


def _singles(group: FeatureGroup, names: tuple[str, ...]) -> tuple[FeatureGroup, ...]:
    if len(names) > 8:
        return (group,)
    return tuple(FeatureGroup(names[place], (place,)) for place in group.places)


def _coalition_values(
    subject: Subject, question: Question, parts: Parts, groups: tuple[FeatureGroup, ...], background: Background
) -> NDArray[np.float64]:
    """What the model says with every set of groups as in the song and the rest as in the background."""
    given = np.asarray(parts.inputs[0], dtype=np.float32)
    n_sets = 2 ** len(groups)
    most_clips = max(_FEWEST_CLIPS, _MOST_ROWS // (n_sets * len(parts)))
    rows = background.rows[:: max(1, -(-len(background.rows) // most_clips))].astype(np.float32)
    # Columns of padding stay as they are: there is no music to be another's.
    is_music = np.arange(given.shape[2]) < np.asarray(parts.n_valid)[:, np.newaxis, np.newaxis]
    others = np.where(is_music[np.newaxis], rows[:, np.newaxis, :, np.newaxis], given[np.newaxis])
    values = np.empty(n_sets)
    for number in range(n_sets):
        own = np.zeros(given.shape[1], dtype=bool)
        for place, group in enumerate(groups):
            if number >> place & 1:
                own[list(group.places)] = True
        mixed = given[np.newaxis] if own.all() else np.where(own[:, np.newaxis], given[np.newaxis], others)
        values[number] = _value(subject, question, parts, mixed)
    return values


def _value(subject: Subject, question: Question, parts: Parts, mixed: NDArray[np.float32]) -> float:
    """Mean of the song's figure over versions of its parts, shape (versions, parts, features, columns)."""
    n_versions, n_parts = mixed.shape[:2]
    flat = mixed.reshape(n_versions * n_parts, *mixed.shape[2:])
    predicted = [
        predict_probabilities(subject.model, flat[start : start + _ROWS_AT_ONCE])
        for start in range(0, len(flat), _ROWS_AT_ONCE)
    ]
    of_parts = np.concatenate(predicted).reshape(n_versions, n_parts, -1)
    of_song = np.empty((n_versions, of_parts.shape[2]))
    for version, probabilities in enumerate(of_parts):
        of_windows = parts.mean_by_clip(probabilities)
        if subject.temperature is not None:
            of_windows = apply_temperature(of_windows, subject.temperature.value)
        of_song[version] = subject.seen.weights @ of_windows
    figures = question.scores(of_song) if question.against else of_song[:, question.place]
    return float(figures.mean())


def _song_features(subject: Subject) -> NDArray[np.float64]:
    """Mean of each feature over the song's music, shape (features,)."""
    values = subject.seen.inputs[0].astype(np.float64)
    means = [window[:, : int(n)].mean(axis=1) for window, n in zip(values, subject.seen.n_valid, strict=True)]
    song: NDArray[np.float64] = subject.seen.weights @ np.array(means)
    return song


def linear_contributions(
    subject: Subject, question: Question, background: Background, *, most: int = 12
) -> tuple[Contribution, ...]:
    """What single features (of trained ears: tags) add to the score in logits; empty where the model is not linear.

    The largest come first. They are exact: the logits of a linear model are sums over its features. Compared with the
    mean of the training clips, before the temperature that a model or a run has.

    Parameters
    ----------
    subject : Subject
    question : Question
    background : Background
    most : int
        How many are given.
    """
    model = subject.model
    if not isinstance(model, ClassicalModel) or model.scaling.powers or model.scaling.clip is not None:
        return ()
    weights = _linear_weights(model.estimator, len(question.genres))
    if weights is None:
        return ()
    deviations = (_song_features(subject) - background.mean) / background.deviation
    values = (question.weights @ weights) * deviations
    names = subject.config.front_end.names
    # Of trained ears the tags alone: their other units have no names.
    named = [place for place, name in enumerate(names) if name.startswith("tag_")] or list(range(len(names)))
    largest = sorted(named, key=lambda place: -abs(values[place]))[:most]
    return tuple(
        Contribution(names[place], (names[place],), float(values[place]), float(deviations[place])) for place in largest
    )


def _linear_weights(estimator: Any, n_genres: int) -> NDArray[np.float64] | None:
    """Weight of each scaled feature in each genre's logit, shape (genres, features); None for a model without."""
    calibrated = getattr(estimator, "calibrated_classifiers_", None)
    inner = calibrated[0].estimator if calibrated else estimator
    coefficients = getattr(inner, "coef_", None)
    if coefficients is None or not hasattr(inner, "intercept_"):
        return None
    weights = np.asarray(coefficients, dtype=np.float64)
    if weights.shape[0] == 1 and n_genres == 2:  # one difference of two logits
        return np.concatenate([-weights / 2, weights / 2])
    return weights if weights.shape[0] == n_genres else None
