"""Front ends against plain librosa, on one core, decoding included on both sides."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import plain_librosa
from benchmarks.made_clips import write_clip
from benchmarks.timing import Result, compare, seconds, within
from core.clips.clip import Clip
from core.extraction.extract import transform_clip
from core.features.base import Features
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures

CLIP_S = 30.0
_FIRST_CLIP = """
import sys
from pathlib import Path
from core.clips.collection import Clip
from core.extraction.extract import transform_clip
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
outcome = transform_clip(Clip("clip", "genre", Path(sys.argv[1]), 30.0, 0, 0), [MelSpectrogram(), NumericFeatures()])
sys.exit(outcome if isinstance(outcome, str) else 0)
"""


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    n_rounds = 3 if quick else 9
    with tempfile.TemporaryDirectory() as folder:
        path = write_clip(Path(folder) / "clip.wav", duration_s=CLIP_S)

        def ours(*front_ends: Features) -> None:
            outcome = transform_clip(Clip("clip", "genre", path, CLIP_S, 0, 0), front_ends)
            if isinstance(outcome, str):
                raise RuntimeError(outcome)

        study = MelSpectrogram(), NumericFeatures()
        yield compare(
            "Mel spectrogram and 16 features of a 30 s clip",
            lambda: ours(*study),
            "each by its own librosa call",
            lambda: plain_librosa.study(path),
            at_least=5,
            n_rounds=3 * n_rounds,
        )
        yield compare(
            "the same",
            lambda: ours(*study),
            "librosa with one shared transform",
            lambda: plain_librosa.study_with_one_transform(path),
            n_rounds=n_rounds,
        )
        yield compare(
            "57 features of the GTZAN tables of a 30 s clip",
            lambda: ours(GtzanTableFeatures()),
            "each by its own librosa call",
            lambda: plain_librosa.table(path),
            at_least=6,
            n_rounds=3,
        )
        fresh_s = min(first_clip_s(path) for _ in range(1 if quick else 3))
        yield within("First clip in a fresh environment, start of Python included", fresh_s, 3.0)


def first_clip_s(path: Path) -> float:
    """Seconds to the first clip's features in a process that finds no compiled file and no cache."""
    with tempfile.TemporaryDirectory() as empty:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": empty, "NUMBA_CACHE_DIR": empty}
        command = [sys.executable, "-c", _FIRST_CLIP, str(path)]
        return seconds(lambda: subprocess.run(command, env=environment, check=True, timeout=120))
