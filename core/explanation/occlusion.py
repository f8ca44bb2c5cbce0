"""Occlusion: how much the score falls when a patch of what the model sees is replaced by a plain value.

Conventions: patches divide the bands and the music of a part evenly; those of a song that is cut into overlapping parts
are tried in as few parts as cover it. The plain value is the lowest level of the window's music, as if nothing sounded
there; or the mean level, as in the masks of training, which tells less of what a network does without a sound.

References
----------
M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", ECCV (2014).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError
from core.explanation.question import Question
from core.explanation.saliency import Method, Picture, Saliency, require_spectrogram
from core.explanation.subject import Subject
from core.models.build import predict_probabilities
from core.prediction.parts import Parts

Over = Literal["cells", "time", "band"]
Baseline = Literal["mean", "floor"]

_BASELINES: dict[Baseline, str] = {"mean": "the mean level of the window", "floor": "the lowest level of the window"}
OVER: dict[Method, Over] = {"occlusion": "cells", "occlusion-time": "time", "occlusion-band": "band"}
"""Methods that are occlusions, and what their patches divide."""
_METHODS: dict[Over, Method] = {over: method for method, over in OVER.items()}
_AT_ONCE = 64
_SEEN_AT_ONCE = 2**24
"""Values of inputs that are made at a time: 64 MiB."""


@dataclass(frozen=True)
class Patches:
    """Into how many patches a part is divided.

    Attributes
    ----------
    bands : int
        Across frequency; 1 for patches of all bands.
    patch_s : float
        Seconds of a patch; 0 for patches as long as a part.
    """

    bands: int
    patch_s: float

    def edges(self, n_bands: int, n_frames: int, frame_s: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """First bands and first frames of the patches, and the ends of the last, of so many bands and frames."""
        n_times = max(1, round(n_frames * frame_s / self.patch_s)) if self.patch_s else 1
        return _edges(n_bands, min(self.bands, n_bands)), _edges(n_frames, min(n_times, n_frames))


PATCHES: dict[Over, Patches] = {
    "cells": Patches(bands=32, patch_s=1.0),
    "time": Patches(bands=1, patch_s=0.5),
    "band": Patches(bands=32, patch_s=0),
}
"""What is tried unless other patches are given."""


def occlusion_saliency(
    subject: Subject,
    question: Question,
    *,
    over: Over = "cells",
    baseline: Baseline = "floor",
    patches: Patches | None = None,
    on_part: Callable[[int, int], None] | None = None,
) -> Saliency:
    """Saliency of a song by occlusion, for any model on spectrograms.

    Parameters
    ----------
    subject : Subject
    question : Question
    over : "cells", "time" or "band"
        Whether patches divide bands and time, time alone or bands alone.
    baseline : "floor" or "mean"
        What takes the place of a patch.
    patches : Patches, optional
        Of another size than in `PATCHES`.
    on_part : callable, optional
        Called after each part with how many are done and how many there are.

    Raises
    ------
    RunError
        The run is on numeric features.
    """
    front_end = require_spectrogram(subject)
    if over not in PATCHES or baseline not in _BASELINES:
        raise ConfigError(
            f"Expected patches over cells, time or band, filled by mean or floor, got {over}, {baseline}."
        )
    sizes = PATCHES[over] if patches is None else patches
    parts, picture = subject.parts(), Picture(subject)
    tried = list(_covering(parts))
    for done, place in enumerate(tried, start=1):
        window = int(parts.owners[place])
        music = subject.seen.inputs[0][window, :, : int(subject.seen.n_valid[window])].astype(np.float32)
        plain = float(music.mean(dtype=np.float64) if baseline == "mean" else music.min())
        values = _drops(subject, question, parts, place, plain, sizes, front_end.frame_s)
        picture.add(window, int(parts.starts[place]), values)
        if on_part is not None:
            on_part(done, len(tried))
    basis = (
        f"How far the score falls when a patch is replaced by {_BASELINES[baseline]}; "
        f"{_patch_text(sizes, front_end.shape[0])}."
    )
    return picture.finished(question, _METHODS[over], basis)


def _drops(
    subject: Subject,
    question: Question,
    parts: Parts,
    place: int,
    plain: float,
    sizes: Patches,
    frame_s: float,
) -> NDArray[np.float64]:
    """What each cell of a part's music costs the score when its patch is replaced, shape (bands, frames)."""
    first = np.asarray(parts.inputs[0][place], dtype=np.float32)
    others = tuple(np.asarray(values[place], dtype=np.float32) for values in parts.inputs[1:])
    bands, frames = sizes.edges(first.shape[0], int(parts.n_valid[place]), frame_s)
    places = [(band, frame) for band in range(len(bands) - 1) for frame in range(len(frames) - 1)]
    at_once = max(1, min(_AT_ONCE, len(places) + 1, _SEEN_AT_ONCE // first.size))
    scores = np.empty(len(places) + 1)
    # The part as it is goes first; the last batch is filled up, so that a network is traced for one size.
    for start in range(0, len(scores), at_once):
        batch = np.repeat(first[np.newaxis], at_once, axis=0)
        wanted = range(start, min(start + at_once, len(scores)))
        for row, number in enumerate(wanted):
            if number:
                band, frame = places[number - 1]
                batch[row, bands[band] : bands[band + 1], frames[frame] : frames[frame + 1]] = plain
        inputs = (batch, *(np.repeat(values[np.newaxis], at_once, axis=0) for values in others))
        probabilities = predict_probabilities(subject.model, inputs)
        scores[wanted.start : wanted.stop] = question.scores(probabilities)[: len(wanted)]
    drops = (scores[0] - scores[1:]).reshape(len(bands) - 1, len(frames) - 1)
    return np.repeat(np.repeat(drops, np.diff(bands), axis=0), np.diff(frames), axis=1)


def _covering(parts: Parts) -> Iterator[int]:
    """Places of as few parts as cover the music of each window, in the order of time."""
    owners, starts = parts.owners, np.asarray(parts.starts)
    ends = starts + np.asarray(parts.n_valid)
    for window in np.unique(owners):
        own = np.flatnonzero(owners == window)
        covered, last = int(starts[own[0]]), -1
        while covered < int(ends[own].max()):
            reaching = own[(starts[own] <= covered) & (ends[own] > covered)]
            # Segments may leave gaps between them: then the next begins beyond what is covered.
            best = reaching[np.argmax(ends[reaching])] if len(reaching) else own[starts[own] > covered][0]
            if best == last:
                break
            yield int(best)
            covered, last = int(ends[best]), int(best)


def _edges(n_cells: int, n_patches: int) -> NDArray[np.intp]:
    return np.linspace(0, n_cells, n_patches + 1).round().astype(np.intp)


def _patch_text(sizes: Patches, n_bands: int) -> str:
    across = "of all bands" if sizes.bands == 1 else f"of {n_bands / min(sizes.bands, n_bands):.3g} bands"
    along = f"and {sizes.patch_s:g} s" if sizes.patch_s else "over the whole of what the model sees at a time"
    return f"patches {across} {along}"
