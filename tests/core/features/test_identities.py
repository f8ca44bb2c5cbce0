"""Identities and stored dictionaries of every kind of features: what is stored must be found again."""

import json

import pytest

from core.features.base import AudioFrontEnd, Features
from core.features.given import GivenSpectrogram, GivenTable
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.musicnn import MusicnnFeatures
from core.features.numeric import NumericFeatures
from core.features.table import KINDS, audio_front_ends, features_from_dict

MEL = {
    **{"kind": "mel", "sr_hz": 22_050, "n_fft": 2048, "hop_length": 1024, "n_mels": 128, "fmin_hz": 0.0},
    **{"fmax_hz": None, "top_db": 80.0, "n_frames": 660, "window": "hann", "scale": "mel", "normalisation": "peak"},
    "width": "padded",
}
ODD_MEL = {
    **{"sr_hz": 16_000, "n_fft": 400, "hop_length": 160, "n_mels": 61, "fmin_hz": 27.5, "fmax_hz": 7600.0},
    **{"top_db": 72.5, "n_frames": 901, "window": "hamming", "scale": "linear"},
}
NUMERIC = {
    **{"kind": "numeric16", "sr_hz": 22_050, "n_fft": 2048, "hop_length": 512, "padding": "constant"},
    "max_duration_s": 60.0,
}
TABLE = {"kind": "gtzan57", "sr_hz": 22_050, "variant": "table", "max_duration_s": 60.0}
PARTS = {"kind": "gtzan57-parts", "sr_hz": 22_050, "variant": "librosa", "part_s": 10.0, "n_parts": 3}
EARS = {"kind": "musicnn", "training": "msd", "layer": "tags+penultimate", "per": "clip", "max_duration_s": 60.0}
GIVEN = {"kind": "given-spectrogram", "n_bands": 64, "n_frames": 300, "frame_s": 0.0}

STORED = [
    (MelSpectrogram(), "mel-848af19e75ec", MEL),
    (MelSpectrogram(**ODD_MEL), "mel-c54951da6715", MEL | ODD_MEL),
    (MelSpectrogram(normalisation="standard"), "mel-544e52afd529", MEL | {"normalisation": "standard"}),
    (MelSpectrogram(width="reflowed"), "mel-d0b899077227", MEL | {"width": "reflowed"}),
    (MelSpectrogram(scale="linear"), "mel-92ffc582f8df", MEL | {"scale": "linear"}),
    (NumericFeatures(), "numeric16-b96287b95165", NUMERIC),
    (
        NumericFeatures(padding="reflect", max_duration_s=12.5),
        "numeric16-575f6a67dbe3",
        NUMERIC | {"padding": "reflect", "max_duration_s": 12.5},
    ),
    (GtzanTableFeatures(), "gtzan57-d5f1e973b97c", TABLE),
    (
        GtzanTableFeatures(variant="librosa", sr_hz=44_100),
        "gtzan57-606a87969232",
        TABLE | {"variant": "librosa", "sr_hz": 44_100},
    ),
    (GtzanTableParts(), "gtzan57-parts-06c9d9a0b078", PARTS),
    (GtzanTableParts(part_s=3.0, n_parts=10), "gtzan57-parts-dd8bd3632df4", PARTS | {"part_s": 3.0, "n_parts": 10}),
    (MusicnnFeatures(), "musicnn-edcd05832dde", EARS),
    (MusicnnFeatures(layer="tags", per="part"), "musicnn-7269812704da", EARS | {"layer": "tags", "per": "part"}),
    (
        GtzanSpectrogram(),
        "gtzan-linear-0977f8c2b274",
        {"kind": "gtzan-linear", "rendering": "A", "max_duration_s": 31.0},
    ),
    (
        GtzanSpectrogram(rendering="B", max_duration_s=12.0),
        "gtzan-linear-d2a7246e0e53",
        {"kind": "gtzan-linear", "rendering": "B", "max_duration_s": 12.0},
    ),
    (GivenTable(names=("x", "y")), "table-67232a8fe8de", {"kind": "table", "names": ["x", "y"]}),
    (GivenTable(names=("energie",)), "table-df5439aa3d41", {"kind": "table", "names": ["energie"]}),
    (GivenSpectrogram(n_bands=64, n_frames=300), "given-spectrogram-25628622e5be", GIVEN),
    (
        GivenSpectrogram(n_bands=64, n_frames=300, frame_s=0.05),
        "given-spectrogram-5385de094103",
        GIVEN | {"frame_s": 0.05},
    ),
]
"""Written by the version before features and front ends were told apart."""


@pytest.mark.parametrize(("features", "identity", "stored"), STORED, ids=[identity for _, identity, _ in STORED])
def test_what_was_stored_is_found_again(features: Features, identity: str, stored: dict[str, object]) -> None:
    assert features.identity == identity
    written = json.loads(json.dumps(features.to_dict()))
    assert written == stored
    assert list(written) == list(stored)
    assert features_from_dict(stored) == features


def test_every_kind_is_pinned() -> None:
    assert {features.kind for features, _, _ in STORED} == set(KINDS)


def test_only_what_is_computed_from_audio_has_a_sample_rate() -> None:
    assert list(audio_front_ends()) == ["mel", "numeric16", "gtzan57", "gtzan57-parts", "musicnn", "gtzan-linear"]
    for features, _, _ in STORED:
        assert isinstance(features, AudioFrontEnd) == (features.kind in audio_front_ends())
        assert hasattr(features, "sr_hz") == hasattr(features, "transform") == isinstance(features, AudioFrontEnd)


def test_a_spectrogram_describes_its_axes_and_numeric_features_their_names() -> None:
    for features, _, _ in STORED:
        if features.is_numeric:
            assert len(features.names) == features.shape[0]
            assert features.n_parts == features.shape[1]
        else:
            assert features.n_parts == 0
            centres = features.band_axis.centres_hz
            assert (centres is None) == (features.band_axis.scale == "unknown")
            assert centres is None or (len(centres) == features.shape[0] and (centres[1:] > centres[:-1]).all())
            assert features.level_scale.low < features.level_scale.high
    assert (MelSpectrogram(top_db=60.0).level_scale.low, MelSpectrogram().level_scale.unit) == (-60.0, "dB")
    assert MelSpectrogram(normalisation="standard").level_scale.unit == "SD"
    assert GivenTable(names=("x",)).frame_s == 0
