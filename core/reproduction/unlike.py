"""What the training clips of the shipped runs sound like, learnt from cuts of them: ``unlike.npz`` beside each run.

    python -m core.reproduction.unlike EXCERPTS models/pretrained

The whole clips have no sound that could be had here; ``EXCERPTS`` holds a cut of 2 to 3 s of about every second one, as
``<genre>/<clip>.flac``. What the ears hear in them becomes numbers from which no music can be made again.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.audio import read_audio
from core.clips.clip import Clip
from core.collections.clip_facts import known_facts
from core.embeddings.ears import EARS, patch_embeddings
from core.embeddings.unlike import Unlikeness, learn_unlikeness
from core.errors import RunError
from core.files import read_json
from core.prediction.unlike import artist_numbers
from core.runs import files
from core.runs.shipped import RECORD


def learn_from_cuts(cuts: Sequence[Path]) -> Unlikeness:
    """What cuts of GTZAN's clips are like, each a file named as its clip in a folder named as its genre."""
    clips = [Clip(path.stem, path.parent.name, path, 0.0, 1, 1) for path in cuts]
    numbers = artist_numbers(clips, known_facts(clips, {}, built_in=True))
    sounds = [read_audio(path, sr_hz=EARS.sr_hz) for path in cuts]
    heard = np.array([patch_embeddings(samples).mean(axis=0) for samples in sounds])
    length_s = float(np.median([len(samples) for samples in sounds])) / EARS.sr_hz
    learnt_from = f"cuts of {round(length_s)} s out of {len(cuts):,} of its training clips"
    return learn_unlikeness(heard, clip_s=length_s, groups=numbers, learnt_from=learnt_from)


def ship_unlikeness(excerpts: Path, pretrained: Path) -> list[Path]:
    """Write `core.runs.files.UNLIKE` beside each shipped run whose training clips are among the excerpts.

    Raises
    ------
    RunError
        None of a run's training clips is there.
    FeatureError
        They are too few, or the weights of the ears are not installed.
    """
    paths = {path.stem: path for path in sorted(excerpts.glob("*/*.flac"))}
    known: dict[tuple[str, ...], Unlikeness] = {}
    written = []
    for record in sorted(pretrained.glob(f"*/{RECORD}")):
        split = read_json(record.parent / files.SPLIT)
        joined = read_json(record)["config"]["train_on_validation"]
        learnt_from = split["train"] + (split["validation"] if joined else [])
        names = tuple(sorted(name for name in learnt_from if name in paths))
        if not names:
            raise RunError(
                f"Expected cuts of the clips that {record.parent.name} learnt from in {excerpts}, as "
                "<genre>/<clip>.flac; got none of them. Name the folder of GTZAN's excerpts."
            )
        if names not in known:
            known[names] = learn_from_cuts([paths[name] for name in names])
        written.append(record.parent / files.UNLIKE)
        known[names].save(written[-1])
    return written


if __name__ == "__main__":
    for place in ship_unlikeness(Path(sys.argv[1]), Path(sys.argv[2])):
        print(place)
