"""A clip of which only the name is here has the picture that another collection of GTZAN has stored of it."""

import io
from pathlib import Path

import numpy as np
import soundfile

from core.extraction.extract import extract
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.importing.features.register import import_features
from core.importing.register import import_folder
from dashboard import services


def test_the_picture_is_found_where_it_is_stored(home: Path) -> None:
    path = home / "data" / "mini" / "genres" / "blues" / "blues.00003.wav"
    path.parent.mkdir(parents=True)
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 30 * 22_050), 22_050)
    mini = import_folder(home / "data" / "mini")
    table = import_features(io.BytesIO(b"filename,length,x,label\nblues.00003,661500,1,blues\n"), "f.csv")
    (clip,) = table.clips
    assert services.picture_elsewhere(table, clip, GtzanTableFeatures()) is None
    few = MelSpectrogram(n_mels=32)
    extract(mini, [few, services.MEL], n_workers=1)
    assert services.picture_elsewhere(table, clip, GtzanTableFeatures()) == (mini, mini.clips[0], services.MEL)
    assert services.picture_elsewhere(table, clip, few) == (mini, mini.clips[0], few)
