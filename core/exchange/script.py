"""The script that goes with a model taken away: under 60 lines, with librosa and Keras alone, nothing of Genre Lab.

It is put together of pieces, those that a run needs, as plain text; figures are in the ``model.json`` beside it. Tests
run it against `core.prediction.song`, for each kind of front end and of model.
"""

from collections.abc import Callable

from core.errors import RunError
from core.exchange.script_features import FEATURES
from core.features.base import AudioFrontEnd
from core.models.heads import Head
from core.recipe.config import TrainingConfig

LONGEST = 60
"""Lines that a script has fewer of."""

_HEADER = '''"""Genre probabilities as in Genre Lab: python classify.py song.ogg (pip install {needs})."""
import json, math, pathlib, sys
{imports}

HERE = pathlib.Path(__file__).resolve().parent
ABOUT = json.loads((HERE / "model.json").read_text(encoding="utf-8"))
{model}
'''

_NETWORK = 'MODEL = keras.saving.load_model(HERE / "model.keras", compile=False)'
_ARRAYS = 'MODEL = dict(np.load(HERE / "model.npz"))  # what scikit-learn fitted, as plain arrays'
_EARS = 'EARS = keras.saving.load_model(HERE / "ears.keras", compile=False)  # MusiCNN, see LICENSE-MusiCNN.txt'

_MAIN = """
fronts, sees = ABOUT["front_ends"], [{sees}]
sounds = [librosa.load(sys.argv[1], sr=p["sr_hz"], duration=ABOUT["max_song_s"])[0] for p in fronts]
n, sr, window = len(sounds[0]), fronts[0]["sr_hz"], fronts[0]["window"]  # a window is what it saw of a clip
k = math.ceil((n - 0.25 * window) / window) if n > 1.25 * max(window, ABOUT["clip_samples"]) else 1
starts = [round(i * min(window, (n - window) / max(1, k - 1))) for i in range(k)]  # the last ends with the song
lengths = [p["max_samples"] if k == 1 else p["window"] for p in fronts]
spans, rows = [], []
for start in starts:
    cuts = [(min(round(start / sr * p["sr_hz"]), max(0, len(y) - m)), m) for y, p, m in zip(sounds, fronts, lengths)]
    heard = [y[first : first + m] for y, (first, m) in zip(sounds, cuts)]
    if all(y.any() for y in heard):  # silent windows are left out
        logits = judge([see(y, p) for see, y, p in zip(sees, heard, fronts)]) / ABOUT["temperature"]
        rows.append(np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum())
        spans.append((start / sr, min(start + lengths[0], n) / sr))
assert rows, "The song is silent."
left, right = np.array(spans).T
middle = (right[:-1] + left[1:]) / 2  # where two windows overlap, each has half of it
right[:-1], left[1:] = np.minimum(right[:-1], middle), np.maximum(left[1:], middle)
for share, genre in sorted(zip(np.average(rows, axis=0, weights=right - left), ABOUT["genres"]), reverse=True):
    print(f"{{share:.6f}}  {{genre}}")
"""

_WHOLE = """
def judge(seen):
    parts = [x[np.newaxis].astype(np.float32) for x, _ in seen]
    return np.log(np.maximum(MODEL.predict_on_batch(parts if len(parts) > 1 else parts[0])[0], 1e-12))
"""

_SEGMENTS = """
def {name}(seen):
    (x, n), width, k = seen[0], ABOUT["segments"]["n_frames"], ABOUT["segments"]["n_verdict"]
    starts = np.unique(np.linspace(0, max(0, n - width), k).round().astype(int)) if k > 1 else [max(0, n - width) // 2]
    parts = np.stack([x[:, start : start + width] for start in starts]).astype(np.float32)
{others}    return {of_mean}
"""
_OTHERS = """    others = [np.repeat(other[np.newaxis].astype(np.float32), len(parts), axis=0) for other, _ in seen[1:]]
"""
_MEAN = "MODEL.predict_on_batch(parts).mean(axis=0)"
_MEAN_OF_BOTH = "MODEL.predict_on_batch([parts, *others]).mean(axis=0)"

_EXCERPTS = """
def judge(seen):
    (x, n), m, width, rows = seen[0], ABOUT["n_excerpts"], ABOUT["excerpt_frames"], []
    for start, stop in [(i * n // m, (i + 1) * n // m) for i in range(m)]:
        if stop > start:
            excerpt = np.full((len(x), width), x.min(), x.dtype)
            excerpt[:, : stop - start] = x[:, start:stop]
            rows.append({judged})
    return np.log(np.maximum(np.mean(rows, axis=0), 1e-12))
"""

_SCALED = """
def judge(seen):
    x = (seen[0][0].ravel().astype(float) - MODEL["offset"]) / MODEL["scale"]
{scaling}{body}"""

_POWERS = """    w, x0, x1 = MODEL["powers"], np.maximum(x, 0), np.maximum(-x, 0)
    x = np.expm1(w * np.log1p(x0)) / w - np.expm1((2 - w) * np.log1p(x1)) / (2 - w)
    x = (x - MODEL["then_offset"]) / MODEL["then_scale"]
"""
_CLIP = """    x = np.clip(x, -MODEL["clip"], MODEL["clip"])
"""

_LINEAR = """    return MODEL["beta"] * (MODEL["coef"] @ x + MODEL["intercept"])
"""
_SVM = """    kernel = np.exp(-MODEL["gamma"] * ((MODEL["vectors"] - x) ** 2).sum(axis=1))
    of = [slice(end - count, end) for end, count in zip(np.cumsum(MODEL["counts"]), MODEL["counts"])]
    votes, sums = np.zeros(len(of)), np.zeros(len(of))
    for i, j, intercept in zip(*np.triu_indices(len(of), 1), MODEL["intercept"]):
        said = MODEL["dual"][j - 1, of[i]] @ kernel[of[i]] + MODEL["dual"][i, of[j]] @ kernel[of[j]] + intercept
        votes[i if said >= 0 else j] += 1
        sums[i], sums[j] = sums[i] + said, sums[j] - said
    return MODEL["beta"] * (sums if len(of) == 2 else votes + sums / (3 * (np.abs(sums) + 1)))
"""
_TREES = """    m, node, before = MODEL, MODEL["roots"], None
    while not np.array_equal(node, before):  # down to the leaves, each of which leads to itself
        before = node
        node = np.where(x[m["feature"][node]] <= m["threshold"][node], m["left"][node], m["right"][node])
"""
_FOREST = """    x = x.astype(np.float32)
{trees}    return np.log(np.maximum(m["values"][node].mean(axis=0), 1e-12))
"""
_BOOSTING = """{trees}    raised = m["values"][node].reshape(-1, len(m["baseline"])).sum(axis=0) + m["baseline"]
    return {raised}
"""


def script_of(config: TrainingConfig, head: Head | None = None) -> str:
    """The script for a run of this configuration.

    Parameters
    ----------
    config : TrainingConfig
    head : Head, optional
        Of a classical model, with the scaling that it was fitted behind.

    Raises
    ------
    RunError
        A front end of it has no form for the script.
    """
    needs_keras = not config.is_classical or config.trained_ears is not None
    modules = ["keras"] * needs_keras + ["librosa"]
    model = [_ARRAYS if config.is_classical else _NETWORK] + [_EARS] * (config.trained_ears is not None)
    pieces, sees = [], []
    for front_end in config.front_ends:
        if front_end.kind not in FEATURES or not isinstance(front_end, AudioFrontEnd):
            raise RunError(
                f"{front_end.title}: expected one of {', '.join(FEATURES)}, which a script without Genre Lab can "
                "compute from sound. This run cannot be taken away."
            )
        name, code = FEATURES[front_end.kind](front_end)
        pieces += code
        sees.append(name)
    header = _HEADER.format(
        needs="librosa keras tensorflow" if needs_keras else "librosa",
        imports="\n".join(f"import {module}" for module in [", ".join(modules), "numpy as np"]),
        model="\n".join(model),
    )
    pieces += _judge_of(config, head)
    return header + "".join(pieces) + _MAIN.format(sees=", ".join(sees))


def _judge_of(config: TrainingConfig, head: Head | None) -> list[str]:
    if head is not None:
        return [_head_judge(config, head)]
    both = len(config.front_ends) > 1
    of_mean, others = (_MEAN_OF_BOTH, _OTHERS) if both else (_MEAN, "")
    if config.split.n_excerpts is not None:
        if config.segments is not None:
            return [
                _SEGMENTS.format(name="judge_excerpt", of_mean=of_mean, others=others),
                _EXCERPTS.format(judged="judge_excerpt([(excerpt, stop - start)])"),
            ]
        return [_EXCERPTS.format(judged="MODEL.predict_on_batch(excerpt[np.newaxis].astype(np.float32))[0]")]
    if config.segments is not None:
        return [_SEGMENTS.format(name="judge", of_mean=f"np.log(np.maximum({of_mean}, 1e-12))", others=others)]
    return [_WHOLE]


def _head_judge(config: TrainingConfig, head: Head) -> str:
    scaling = {"standard": "", "clipped": _CLIP, "power": _POWERS + _CLIP}[config.numeric_scaling]
    bodies: dict[str, Callable[[], str]] = {
        "linear": lambda: _LINEAR,
        "svm": lambda: _SVM,
        "forest": lambda: _FOREST.format(trees=_TREES),
        "boosting": lambda: _BOOSTING.format(
            trees=_TREES,
            raised="np.append(0.0, raised)" if len(head.arrays["baseline"]) == 1 else "raised",
        ),
    }
    return _SCALED.format(scaling=scaling, body=bodies[head.form]())
