"""Classical models as plain arrays, computed with numpy alone: to be taken elsewhere, and taken in from there.

The trees and vectors of scikit-learn trust their arrays: one that points beyond its end ends the process. Here all are
checked (`check_head`) before anything is computed with them.

Conventions: ``x`` are scaled features of shape (clips, features), logits have shape (clips, genres). Trees lie one
after the other in the same arrays; a leaf is its own left and right child, and each other node comes before its
children.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError

Form = Literal["linear", "svm", "forest", "boosting"]
Arrays = Mapping[str, NDArray[Any]]

_SMALLEST_PROBABILITY = 1e-12
_TREES = ("roots", "feature", "threshold", "left", "right", "values")
ARRAYS: dict[Form, tuple[str, ...]] = {
    "linear": ("beta", "coef", "intercept"),
    "svm": ("beta", "gamma", "vectors", "counts", "dual", "intercept"),
    "forest": _TREES,
    "boosting": (*_TREES, "baseline"),
}
"""Names of the arrays of each form."""


@dataclass(frozen=True, eq=False)
class Head:
    """A fitted classifier of scaled features.

    Attributes
    ----------
    form : "linear", "svm", "forest" or "boosting"
        Logistic regression and discriminant analysis are both linear.
    arrays : mapping of str to array
        Those of `ARRAYS`.
    """

    form: Form
    arrays: Arrays

    def predict_proba(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities, shape (clips, genres), of scaled features of shape (clips, features)."""
        logits = _LOGITS[self.form](np.asarray(x, dtype=np.float64), self.arrays)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
        return probabilities

    @property
    def coef_(self) -> NDArray[np.float64]:
        """Weights of a linear one, shape (genres, features), named as scikit-learn names them."""
        return self._linear("coef")

    @property
    def intercept_(self) -> NDArray[np.float64]:
        """Offsets of a linear one, shape (genres,)."""
        return self._linear("intercept")

    def _linear(self, name: str) -> NDArray[np.float64]:
        if self.form != "linear":
            raise AttributeError(f"a {self.form} has no {name}")
        return self.arrays[name]


def head_of(estimator: Any) -> Head:
    """A fitted estimator of `core.models.classical` as arrays.

    Raises
    ------
    RunError
        No form is known for it.
    """
    if isinstance(estimator, Head):
        return estimator
    calibrated = getattr(estimator, "calibrated_classifiers_", None)
    inner = calibrated[0].estimator if calibrated else estimator
    beta = float(calibrated[0].calibrators[0].beta_) if calibrated else 1.0
    name = type(inner).__name__
    if name not in _FORMS:
        raise RunError(
            f"Expected one of {', '.join(_FORMS)}, got {name}, which has no form of plain arrays. It cannot be taken "
            "away."
        )
    form, arrays_of = _FORMS[name]
    return Head(form, arrays_of(inner, beta))


def _linear_arrays(inner: Any, beta: float) -> Arrays:
    coef, intercept = np.asarray(inner.coef_, np.float64), np.asarray(inner.intercept_, np.float64)
    if len(coef) == 1:
        # One difference of two logits. Calibrated, it is taken for half of one.
        coef, intercept = np.concatenate([-coef, coef]) / 2, np.concatenate([-intercept, intercept]) / 2
        beta = 2 * beta if type(inner).__name__ == "LinearDiscriminantAnalysis" else beta
    return {"beta": np.array(beta), "coef": coef, "intercept": intercept}


def _svm_arrays(inner: Any, beta: float) -> Arrays:
    return {
        "beta": np.array(beta),
        "gamma": np.array(float(inner._gamma)),
        "vectors": np.asarray(inner.support_vectors_, np.float64),
        "counts": np.asarray(inner.n_support_, np.int32),
        # As libsvm has them: the public ones have another sign where there are two classes.
        "dual": np.asarray(inner._dual_coef_, np.float64),
        "intercept": np.asarray(inner._intercept_, np.float64),
    }


def _forest_arrays(inner: Any, _: float) -> Arrays:
    trees = [each.tree_ for each in inner.estimators_]
    values = [tree.value[:, 0, :] / tree.value[:, 0, :].sum(axis=1, keepdims=True) for tree in trees]
    leaves = [tree.children_left < 0 for tree in trees]
    return _joined_trees(
        leaves,
        [tree.feature for tree in trees],
        [tree.threshold for tree in trees],
        [tree.children_left for tree in trees],
        [tree.children_right for tree in trees],
        np.concatenate(values).astype(np.float32),
    )


def _boosting_arrays(inner: Any, _: float) -> Arrays:
    nodes = [predictor.nodes for of_one in inner._predictors for predictor in of_one]
    trees = _joined_trees(
        [each["is_leaf"].astype(bool) for each in nodes],
        [each["feature_idx"] for each in nodes],
        [each["num_threshold"] for each in nodes],
        [each["left"] for each in nodes],
        [each["right"] for each in nodes],
        np.concatenate([each["value"] for each in nodes]).astype(np.float64),
    )
    return {**trees, "baseline": np.asarray(inner._baseline_prediction, np.float64).ravel()}


def _joined_trees(
    leaves: list[NDArray[np.bool_]],
    features: list[NDArray[Any]],
    thresholds: list[NDArray[Any]],
    lefts: list[NDArray[Any]],
    rights: list[NDArray[Any]],
    values: NDArray[Any],
) -> Arrays:
    sizes = [len(each) for each in leaves]
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    first, own = np.repeat(roots, sizes), np.arange(sum(sizes))
    leaf = np.concatenate(leaves)
    return {
        "roots": roots,
        "feature": np.where(leaf, 0, np.concatenate(features)).astype(np.int32),
        "threshold": np.where(leaf, 0.0, np.concatenate(thresholds)).astype(np.float64),
        "left": np.where(leaf, own, first + np.concatenate(lefts)).astype(np.int32),
        "right": np.where(leaf, own, first + np.concatenate(rights)).astype(np.int32),
        "values": values,
    }


_FORMS: dict[str, tuple[Form, Callable[[Any, float], Arrays]]] = {
    "LogisticRegression": ("linear", _linear_arrays),
    "LinearDiscriminantAnalysis": ("linear", _linear_arrays),
    "SVC": ("svm", _svm_arrays),
    "RandomForestClassifier": ("forest", _forest_arrays),
    "HistGradientBoostingClassifier": ("boosting", _boosting_arrays),
}


def _linear_logits(x: NDArray[np.float64], of: Arrays) -> NDArray[np.float64]:
    logits: NDArray[np.float64] = of["beta"] * (x @ of["coef"].T + of["intercept"])
    return logits


def _svm_logits(x: NDArray[np.float64], of: Arrays) -> NDArray[np.float64]:
    vectors, dual, ends = of["vectors"], of["dual"], np.cumsum(of["counts"])
    squares = (x**2).sum(axis=1)[:, np.newaxis] + (vectors**2).sum(axis=1) - 2 * x @ vectors.T
    kernel = np.exp(-of["gamma"] * np.maximum(squares, 0.0))
    parts = [slice(int(end - count), int(end)) for end, count in zip(ends, of["counts"], strict=True)]
    n = len(parts)
    pairs = [(one, other) for one in range(n) for other in range(one + 1, n)]
    votes, sums = np.zeros((len(x), n)), np.zeros((len(x), n))
    for (one, other), intercept in zip(pairs, of["intercept"], strict=True):
        said = kernel[:, parts[one]] @ dual[other - 1, parts[one]] + kernel[:, parts[other]] @ dual[one, parts[other]]
        said += intercept
        votes[:, one] += said >= 0
        votes[:, other] += said < 0
        sums[:, one] += said
        sums[:, other] -= said
    decisions = sums if n == 2 else votes + sums / (3 * (np.abs(sums) + 1))
    logits: NDArray[np.float64] = of["beta"] * decisions
    return logits


def _leaves(x: NDArray[Any], of: Arrays) -> NDArray[np.integer]:
    """Leaf of each tree that each clip comes to, shape (clips, trees)."""
    node = np.broadcast_to(of["roots"], (len(x), len(of["roots"])))
    rows = np.arange(len(x))[:, np.newaxis]
    while True:
        after: NDArray[np.integer] = np.where(x[rows, of["feature"][node]] <= of["threshold"][node], of["left"][node], of["right"][node])
        if (after == node).all():
            return after
        node = after


def _forest_logits(x: NDArray[np.float64], of: Arrays) -> NDArray[np.float64]:
    # Its trees were grown on, and are asked with, single precision.
    shares = of["values"][_leaves(x.astype(np.float32), of)].mean(axis=1, dtype=np.float64)
    logits: NDArray[np.float64] = np.log(np.maximum(shares, _SMALLEST_PROBABILITY))
    return logits


def _boosting_logits(x: NDArray[np.float64], of: Arrays) -> NDArray[np.float64]:
    raised = of["values"][_leaves(x, of)].reshape(len(x), -1, len(of["baseline"])).sum(axis=1) + of["baseline"]
    return raised if raised.shape[1] > 1 else np.concatenate([np.zeros_like(raised), raised], axis=1)


_LOGITS: dict[Form, Callable[[NDArray[np.float64], Arrays], NDArray[np.float64]]] = {
    "linear": _linear_logits,
    "svm": _svm_logits,
    "forest": _forest_logits,
    "boosting": _boosting_logits,
}


def check_head(head: Head, *, n_features: int, n_genres: int) -> None:
    """Refuse arrays that do not belong together, or lead beyond their ends.

    Raises
    ------
    ValueError
        Says which, and what was expected.
    """
    of = head.arrays
    for name in ARRAYS[head.form]:
        if name not in of:
            raise ValueError(f"the array {name} of a {head.form} is missing")
        if not np.isfinite(of[name]).all() and name != "threshold":
            raise ValueError(f"the array {name} holds values that are not finite numbers")
    shapes: dict[str, tuple[int, ...]]
    if head.form == "linear":
        shapes = {"beta": (), "coef": (n_genres, n_features), "intercept": (n_genres,)}
    elif head.form == "svm":
        n_vectors = len(of["vectors"])
        shapes = {
            "beta": (), "gamma": (), "vectors": (n_vectors, n_features), "counts": (n_genres,),
            "dual": (n_genres - 1, n_vectors), "intercept": (n_genres * (n_genres - 1) // 2,),
        }  # fmt: skip
    else:
        n_nodes = len(of["feature"])
        own = (n_nodes, n_genres) if head.form == "forest" else (n_nodes,)
        shapes = {name: (n_nodes,) for name in _TREES[1:5]} | {"values": own, "roots": of["roots"].shape[:1]}
        if head.form == "boosting":
            shapes["baseline"] = (n_genres if n_genres > 2 else 1,)
    for name, shape in shapes.items():
        if of[name].shape != shape:
            raise ValueError(f"expected the array {name} to have shape {shape}, got {of[name].shape}")
    if head.form == "svm":
        if (of["counts"] < 0).any() or int(of["counts"].sum(dtype=np.int64)) != len(of["vectors"]):
            raise ValueError("expected as many support vectors as its genres have together")
    elif head.form != "linear":
        _check_trees(of, n_features)
        if head.form == "boosting" and len(of["roots"]) % len(of["baseline"]):
            raise ValueError("expected as many trees for each genre")


def _check_trees(of: Arrays, n_features: int) -> None:
    own = np.arange(len(of["feature"]))
    if not len(of["roots"]) or any(of[name].dtype.kind not in "iu" for name in ("roots", "feature", "left", "right")):
        raise ValueError("expected at least one tree, with whole numbers for its nodes and features")
    if ((of["roots"] < 0) | (of["roots"] >= len(own))).any() or ((of["feature"] < 0) | (of["feature"] >= n_features)).any():
        raise ValueError("a tree leads to a node or a feature that there is not")
    is_leaf = (of["left"] == own) & (of["right"] == own)
    for side in ("left", "right"):
        # Each step leads on, so that every walk ends.
        if ((of[side] >= len(own)) | (~is_leaf & (of[side] <= own))).any():
            raise ValueError("a tree leads back, or to a node that there is not")
    if np.isnan(of["threshold"]).any():
        raise ValueError("a threshold of a tree is not a number")
