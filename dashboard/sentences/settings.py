"""Settings of trainings in words: what each is called, and its values."""

from typing import Any

from core.search.fields import setting_titles

_PARTS = {
    "model": "Model",
    "front_end": "Input",
    "numeric_front_end": "Numeric input",
    "split": "Split",
    "segments": "Segments",
    "augmentation": "Augmentation",
    "optimisation": "Optimisation",
    "cnn": "CNN branch",
}
_TITLES = {
    "genres": "Genres",
    "epochs": "Epochs",
    "patience": "Patience (epochs)",
    "seed": "Seed",
    "precision": "Precision",
    "members": "Networks in a committee",
    "train_on_validation": "Trained on validation too",
    "corrected_labels": "Corrected labels",
    "segments": "Segments",
}
_LAST = {
    "sr_hz": "sample rate (Hz)",
    "n_fft": "FFT (samples)",
    "hop_length": "hop (samples)",
    "n_mels": "mel bands",
    "n_frames": "frames",
    "fmin_hz": "lowest frequency (Hz)",
    "fmax_hz": "highest frequency (Hz)",
    "top_db": "range (dB)",
    "n_verdict": "segments for a verdict",
    "n_folds": "number of folds",
    "test_fraction": "test share",
    "validation_fraction": "validation share",
    "file": "file, by SHA-256",
    "batch_norm": "batch normalisation",
    "keep": "weights kept",
    "averaging": "averaging of weights",
}
_UNITS = {"hz": "(Hz)", "s": "(s)", "db": "(dB)", "ms": "(ms)"}


def setting_title(path: str) -> str:
    """``"model.block_dropout"`` as ``"Model: dropout after a block"``, as the search calls it where it knows it."""
    if path in _TITLES:
        return _TITLES[path]
    *parts, last = path.split(".")
    known = setting_titles().get(path)
    if last in ("depth", "width"):
        parts = parts[:-1]
    if not parts:
        return known or _words(last)
    own = known or _LAST.get(last) or _words(last)
    lower = own[:1].lower() + own[1:] if not own[:2].isupper() and own[1:2] != " " else own
    return f"{', '.join(_PARTS.get(part, _words(part)) for part in parts)}: {lower}"


def _words(name: str) -> str:
    start, _, end = name.rpartition("_")
    if start and end in _UNITS:
        name = f"{start} {_UNITS[end]}"
    name = name.removeprefix("n_") if name.startswith("n_") else name
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def setting_text(value: Any) -> str:
    """A value of a setting: ``yes``, ``0.001``, ``16, 32``; a dash where there is none."""
    match value:
        case None | "":
            return "–"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case list() | tuple():
            listed = [f"{'×'.join(map(str, each))}" if isinstance(each, list | tuple) else str(each) for each in value]
            return ", ".join(listed) or "–"
        case _:
            return str(value)
