"""Pieces of the script that compute features with librosa: what each kind of front end is in its words.

Each gives ``(values, n)``: values of shape (bands or features, frames), of which the first ``n`` frames are music.
"""

from collections.abc import Callable
from typing import Any

from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.musicnn import MusicnnFeatures
from core.features.numeric import NumericFeatures

_MEL = """
def mel(y, p):
    power = np.abs(librosa.stft(y, n_fft=p["n_fft"], hop_length=p["hop_length"], window={window})) ** 2
{bands}
    level = librosa.power_to_db(bands @ power[:, : p["n_frames"]], ref=np.max, top_db=p["top_db"])
{finish}"""
_MEL_BANDS = """    edges = {"fmin": p["fmin_hz"], "fmax": p["fmax_hz"]}
    bands = librosa.filters.mel(sr=p["sr_hz"], n_fft=p["n_fft"], n_mels=p["n_mels"], **edges)"""
_LINEAR_BANDS = """    edges = np.linspace(p["fmin_hz"], p["fmax_hz"] or p["sr_hz"] / 2, p["n_mels"] + 2)[:, np.newaxis]
    bins, low, mid, high = librosa.fft_frequencies(sr=p["sr_hz"], n_fft=p["n_fft"]), edges[:-2], edges[1:-1], edges[2:]
    bands = np.maximum(0, np.minimum((bins - low) / (mid - low), (high - bins) / (high - mid))) * 2 / (high - low)"""
_PADDED = """    padded = np.full((p["n_mels"], p["n_frames"]), {floor}, np.float16)
    padded[:, : level.shape[1]] = {level}
    return padded, level.shape[1]
"""
_REFLOWED = """    flat = np.zeros(p["n_mels"] * p["n_frames"], np.float16)  # the study's flat resize
    flat[: level.size] = level.ravel()
    return flat.reshape(p["n_mels"], p["n_frames"]), p["n_frames"]
"""

_NUMERIC = """
def numeric(y, p):
    sizes, f = {"n_fft": p["n_fft"], "hop_length": p["hop_length"]}, librosa.feature
    s = np.abs(librosa.stft(y, pad_mode=p["padding"], **sizes))
    level = librosa.power_to_db(f.melspectrogram(S=s**2, sr=p["sr_hz"], n_fft=p["n_fft"]), top_db=80.0)
    means = [f.zero_crossing_rate(y, frame_length=p["n_fft"], hop_length=p["hop_length"]).mean()]
    means += [of(S=s, sr=p["sr_hz"], n_fft=p["n_fft"]).mean() for of in (f.spectral_centroid, f.spectral_rolloff)]
    return np.float32([*means, *f.mfcc(S=level, n_mfcc=13).mean(axis=1)])[:, np.newaxis], 1
"""

_TABLE = """
def table(y, p):
    spectrum = librosa.stft(y, pad_mode={pad})
    s, sr, f = np.abs(spectrum), p["sr_hz"], librosa.feature
    level = librosa.power_to_db(f.melspectrogram(S=s**2, sr=sr), top_db=80.0)
    onsets = librosa.onset.onset_strength(S=level, sr=sr, aggregate=np.median)
    harmonic = librosa.istft(librosa.decompose.hpss(spectrum)[0], length=len(y))
    parts = [{part} for part in (harmonic, y - harmonic)]
    rows = [f.chroma_stft(S=s**2, sr=sr), f.rms(y=y, pad_mode={pad}), f.spectral_centroid(S=s, sr=sr)]
    rows += [f.spectral_bandwidth(S=s, sr=sr), f.spectral_rolloff(S=s, sr=sr), f.zero_crossing_rate(y), *parts]
    values = [moment(row) for row in [*rows, *f.mfcc(S=level)] for moment in (np.mean, np.var)]
    values.insert(16, f.tempo(onset_envelope=onsets, sr=sr)[0] if onsets.any() else 0.0)
    return np.float32(values)[:, np.newaxis], 1
"""
_WHOLE_HOPS = "np.pad(part[: len(y) // 512 * 512], (0, len(y) % 512))"
"""The tables were made by a librosa that left both parts silent after the last whole hop."""

_TABLES = """
def tables(y, p):
    size, features = p["part_samples"], np.zeros((57, p["n_parts"]), np.float32)
    parts = [y[i * size : (i + 1) * size] for i in range(max(1, len(y) // size))]
    columns = [table(part, p)[0] for part in parts if part.any()]
    features[:, : len(columns)] = np.hstack(columns)
    return features, len(columns)
"""

_LINEAR = """
def linear(y, p):
    n = 1 + (len(y) - 256) // 224
    whole, j = n if n >= 2900 else 2953, np.arange(496)
    picked = {picked}
    picked = picked[picked < n]
    frames = np.lib.stride_tricks.sliding_window_view(y, 256)[picked * 224]
    frames = (frames - frames.mean(axis=1, keepdims=True)) * librosa.filters.get_window(("tukey", 0.25), 256)
    power = np.abs(np.fft.rfft(frames, axis=1))[:, :128] ** 2 * np.where(np.arange(128) > 0, 2, 1)
    level = 10 * np.log10(np.where(power > 0, power, power[power > 0].min())).T
    level = (level - level.mean()) / level.std()
    padded = np.full((128, 496), level.min(), np.float16)
    padded[:, : level.shape[1]] = level
    return padded, level.shape[1]
"""
_PICKED = {
    "A": "np.ceil((j + 1) * (whole - 1) / 496).astype(int) - 1",
    "B": "((j + 0.5) * whole / 496).astype(int)",
}

_EARS = """
def ears(y, p):
    power = np.abs(librosa.stft(y, n_fft=512, hop_length=256)) ** 2
    level = np.log10(10000 * librosa.filters.mel(sr=16000, n_fft=512, n_mels=96) @ power + 1).T.astype(np.float32)
    level = np.tile(level, (-(-187 // len(level)), 1))[: max(187, len(level))]  # a shorter sound is heard repeated
    n = max(1, int(len(level) / 187 + 0.5))
    step = 187 if n == 1 or n * 187 <= len(level) else (len(level) - 187) / (n - 1)
    patches = np.stack([level[round(i * step) : round(i * step) + 187] for i in range(n)])
    heard = EARS.predict(patches, batch_size=16, verbose=0)  # tags, the layer before, greatest and mean of all maps
    values = np.concatenate({layers}, axis=1)
{finish}"""
_LAYERS = {
    "tags": "heard[:1]",
    "penultimate": "heard[1:2]",
    "tags+penultimate": "heard[:2]",
    "pooled": "heard[2:]",
}
_PER_CLIP = """    return values.mean(axis=0)[:, np.newaxis], 1
"""
_PER_PART = """    columns = np.zeros((values.shape[1], p["n_columns"]), np.float32)
    columns[:, :n] = values.T
    return columns, n
"""

Piece = tuple[str, list[str]]
"""Name of the function that is asked, and the code of it and of those that it asks."""


def _mel(given: Any) -> Piece:
    assert isinstance(given, MelSpectrogram)
    bands = _MEL_BANDS if given.scale == "mel" else _LINEAR_BANDS
    finish = _REFLOWED
    if given.width == "padded":
        mean = given.normalisation == "standard"
        finish = _PADDED.format(
            floor='(-p["top_db"] - level.mean()) / level.std()' if mean else '-p["top_db"]',
            level="(level - level.mean()) / level.std()" if mean else "level",
        )
    window = '("tukey", 0.25)' if given.window == "tukey" else f'"{given.window}"'
    return "mel", [_MEL.format(window=window, bands=bands, finish=finish)]


def _table(given: Any) -> str:
    assert isinstance(given, GtzanTableFeatures | GtzanTableParts)
    of_table = given.variant == "table"
    return _TABLE.format(pad='"reflect"' if of_table else '"constant"', part=_WHOLE_HOPS if of_table else "part")


def _ears(given: Any) -> Piece:
    assert isinstance(given, MusicnnFeatures)
    finish = _PER_CLIP if given.per == "clip" else _PER_PART
    return "ears", [_EARS.format(layers=_LAYERS[given.layer], finish=finish)]


def _linear(given: Any) -> Piece:
    assert isinstance(given, GtzanSpectrogram)
    return "linear", [_LINEAR.format(picked=_PICKED[given.rendering])]


FEATURES: dict[str, Callable[[Any], Piece]] = {
    MelSpectrogram.kind: _mel,
    NumericFeatures.kind: lambda _: ("numeric", [_NUMERIC]),
    GtzanTableFeatures.kind: lambda given: ("table", [_table(given)]),
    GtzanTableParts.kind: lambda given: ("tables", [_table(given), _TABLES]),
    GtzanSpectrogram.kind: _linear,
    MusicnnFeatures.kind: _ears,
}
"""The piece of each kind of front end that can be computed from sound."""
