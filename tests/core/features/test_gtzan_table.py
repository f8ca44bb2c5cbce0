"""The 57 features of the public tables: against librosa, the table itself, and answers known by hand."""

import csv

import librosa
import numpy as np
import pytest

from core.audio import read_audio
from core.dsp.chroma import PitchPeaks, chroma, chroma_matrix
from core.dsp.separation import harmonic_part, inverse_transform
from core.dsp.spectral import Transform, spectrum_blocks
from core.errors import FeatureError
from core.features.gtzan_table import TABLE_NAMES, GtzanTableFeatures, table_values
from core.features.table import features_from_dict
from tests.conftest import tone

SR_HZ = 22_050


def librosa_values(samples):
    """The straightforward code: each feature by librosa's own call, at its defaults."""
    harmonic, percussive = librosa.effects.hpss(samples)
    series = {
        "chroma_stft": librosa.feature.chroma_stft(y=samples),
        "rms": librosa.feature.rms(y=samples),
        "spectral_centroid": librosa.feature.spectral_centroid(y=samples),
        "spectral_bandwidth": librosa.feature.spectral_bandwidth(y=samples),
        "rolloff": librosa.feature.spectral_rolloff(y=samples),
        "zero_crossing_rate": librosa.feature.zero_crossing_rate(samples),
        "harmony": harmonic,
        "perceptr": percussive,
        **{f"mfcc{number}": row for number, row in enumerate(librosa.feature.mfcc(y=samples), start=1)},
    }
    values = {"tempo": float(np.squeeze(librosa.beat.beat_track(y=samples)[0]))}
    for name, of_frames in series.items():
        values[f"{name}_mean"], values[f"{name}_var"] = float(np.mean(of_frames)), float(np.var(of_frames))
    return values


def pulses(seed: int = 0) -> np.ndarray:
    """Noise bursts at 120 beats per minute over a chord."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(6 * SR_HZ) / SR_HZ
    bursts = np.where((time_s % 0.5) < 0.03, rng.normal(0, 0.3, len(time_s)), 0)
    chord = sum(0.1 * np.sin(2 * np.pi * hz * time_s) for hz in (220.0, 277.2, 329.6))
    return (bursts + chord + 0.001 * rng.normal(size=len(time_s))).astype(np.float32)


def half_silent() -> np.ndarray:
    return np.concatenate([np.zeros(2 * SR_HZ, np.float32), tone(500, level=0.3)])


def agree(ours, theirs):
    assert set(ours) == set(TABLE_NAMES)
    assert ours["tempo"] == pytest.approx(theirs["tempo"], rel=1e-9)
    for name in TABLE_NAMES:
        assert ours[name] == pytest.approx(theirs[name], rel=5e-3, abs=1e-12), name


@pytest.mark.parametrize(
    "samples", [pulses(), half_silent(), np.random.default_rng(1).normal(0, 0.1, 3000).astype(np.float32)]
)
def test_values_are_librosas_on_made_sounds(samples):
    agree(table_values(samples, sr_hz=SR_HZ, variant="librosa"), librosa_values(samples))


def test_values_are_librosas_on_real_music(shared):
    for clip in ("jazz/jazz.00002", "metal/metal.00003", "classical/classical.00004"):
        samples = read_audio(shared / "data" / "gtzan_mini" / "genres" / f"{clip}.flac", duration_s=8)
        agree(table_values(samples, sr_hz=SR_HZ, variant="librosa"), librosa_values(samples))


def test_columns_are_those_of_the_public_table(shared):
    with (shared / "data" / "gtzan_features_30_sec.csv").open() as file:
        table = {row["filename"].removesuffix(".wav"): row for row in csv.DictReader(file)}
    assert list(next(iter(table.values())))[2:-1] == list(TABLE_NAMES)
    paths = sorted((shared / "data" / "gtzan_mini" / "genres").rglob("*.flac"))[::4]
    front_end = GtzanTableFeatures()
    ours = np.array([front_end.transform(read_audio(path))[0][:, 0] for path in paths], dtype=np.float64)
    theirs = np.array([[float(table[path.stem][name]) for name in TABLE_NAMES] for path in paths])
    difference = np.abs(ours / theirs - 1)
    assert np.median(difference, axis=0).max() < 1e-5
    assert difference.max() < 5e-3
    np.testing.assert_allclose(ours[:, TABLE_NAMES.index("tempo")], theirs[:, TABLE_NAMES.index("tempo")], rtol=1e-6)


def test_the_tempo_of_pulses_is_theirs():
    # Tempi are resolved in whole hops: the one nearest to 120 is 117.5.
    assert table_values(pulses(), sr_hz=SR_HZ, variant="table")["tempo"] == pytest.approx(117.45, abs=0.01)
    assert table_values(tone(440), sr_hz=SR_HZ, variant="librosa")["tempo"] == 0


@pytest.mark.parametrize(("hz", "pitch_class"), [(261.63, 0), (440.0, 9), (493.88, 11)])
def test_a_note_has_its_own_pitch_class(hz, pitch_class):
    transform = Transform()
    samples = tone(hz)
    for _, spectrum in spectrum_blocks(samples, transform, transform.n_frames(len(samples))):
        shares = chroma(np.abs(spectrum) ** 2, chroma_matrix(SR_HZ, 2048, 0.0))
        assert (shares.argmax(axis=1) == pitch_class).all()


def test_tuning_is_that_of_the_notes():
    transform = Transform()
    peaks = PitchPeaks(SR_HZ, 2048)
    for note in range(12):
        samples = tone(440.0 * 2 ** ((note + 0.3) / 12), duration_s=0.5)
        for _, spectrum in spectrum_blocks(samples, transform, 8):
            peaks.add(np.abs(spectrum) ** 2)
    assert peaks.tuning() == pytest.approx(0.3, abs=0.05)  # a parabola finds a peak to a few cents


@pytest.mark.parametrize("tuning", [0.0, -0.27])
def test_chroma_matrix_is_librosas(tuning):
    theirs = librosa.filters.chroma(sr=SR_HZ, n_fft=2048, tuning=tuning)
    np.testing.assert_allclose(chroma_matrix(SR_HZ, 2048, tuning), theirs, atol=1e-6)


def test_a_tone_is_harmonic_and_a_click_percussive():
    transform = Transform(padding="reflect")
    steady = tone(440, level=0.3)
    click = np.zeros_like(steady)
    click[20_000] = 0.9
    for samples, share in ((steady, 1.0), (click, 0.0)):
        spectrum = np.concatenate(
            [block for _, block in spectrum_blocks(samples, transform, transform.n_frames(44_100))]
        )
        part = harmonic_part(spectrum, np.abs(spectrum), transform, len(samples))
        assert np.square(part).sum() / np.square(samples).sum() == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("n_samples", [1500, 20_000, 20_480])
def test_the_inverse_transform_turns_back(n_samples):
    samples = np.random.default_rng(0).normal(0, 0.1, n_samples).astype(np.float32)
    transform = Transform()
    spectrum = np.concatenate(
        [block for _, block in spectrum_blocks(samples, transform, transform.n_frames(n_samples))]
    )
    np.testing.assert_allclose(inverse_transform(spectrum, transform, n_samples), samples, atol=1e-6)


def test_parameters_are_checked_and_kept():
    front_end = GtzanTableFeatures(variant="librosa", max_duration_s=30)
    assert features_from_dict(front_end.to_dict()) == front_end
    assert front_end.shape == (57, 1)
    assert front_end.names[:2] == ("chroma_stft_mean", "chroma_stft_var")
    assert front_end.identity != GtzanTableFeatures().identity
    with pytest.raises(FeatureError, match="Variant"):
        GtzanTableFeatures(variant="mine")
    with pytest.raises(FeatureError, match="silence"):
        front_end.transform(np.zeros(1000, np.float32))
