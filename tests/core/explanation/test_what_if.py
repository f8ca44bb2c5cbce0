"""Changes do what they say, leave the song alone at their neutral value, and curves say where the verdict flips."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.audio.lossy import mp3_sample_rate, through_mp3
from core.clips.passages import Excerpting
from core.collections.sound import find_sound
from core.dsp.masking import snr_db
from core.errors import ConfigError
from core.explanation.changeable import ChangeableSong
from core.explanation.changes import CHANGES, named_changes
from core.explanation.robustness import measure_robustness, song_of
from core.explanation.what_if import CurvePoint, WhatIf, judge_at, panel_of, what_if
from core.explanation.words import what_if_lines
from core.importing.register import import_folder
from core.prediction.song import SongVerdict, Window, classify_song, load_model
from tests.conftest import tone
from tests.core.explanation.conftest import SR_HZ, Banded
from tests.core.prediction.test_song import wav


def peak_hz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * SR_HZ / len(samples))


def test_every_change_has_nine_values_one_of_which_changes_nothing() -> None:
    song = tone(440)
    for change in CHANGES.values():
        assert len(change.values) == 9
        assert list(change.values) == sorted(change.values)
        assert change.neutral in change.values
        assert change.apply(song, SR_HZ, change.neutral) is song
        for beyond in (change.low - 1, change.high + 1, float("nan")):
            with pytest.raises(ConfigError, match=change.title):
                change.apply(song, SR_HZ, beyond)


def test_changes_do_what_they_say() -> None:
    song = tone(440)
    apply = {name: lambda value, change=change: change.apply(song, SR_HZ, value) for name, change in CHANGES.items()}
    assert peak_hz(apply["pitch"](6.0)) == pytest.approx(440 * 2**0.5, rel=0.01)
    faster = apply["tempo"](2.0)
    assert len(faster) == pytest.approx(len(song) / 2, rel=0.01)
    assert peak_hz(faster) == pytest.approx(440, rel=0.01)
    assert np.std(apply["low-cut"](1_500.0)[2000:]) < 1e-3 * np.std(song)
    assert np.std(apply["high-cut"](1_000.0)[2000:]) == pytest.approx(np.std(song), rel=0.02)
    assert snr_db(apply["noise"](20.0), song) == pytest.approx(20, abs=0.1)
    np.testing.assert_allclose(apply["loudness"](-6.0), song * 10**-0.3, rtol=1e-5)
    assert np.abs(apply["loudness"](24.0)).max() == 1.0
    wet = apply["reverb"](1.0)
    assert len(wet) == len(song)
    assert np.std(wet) == pytest.approx(np.std(song), rel=1e-3)


def test_mp3_keeps_place_and_length_and_gets_better_with_its_bit_rate() -> None:
    rng = np.random.default_rng(0)
    song = (tone(440) + tone(880, level=0.2) + 0.02 * rng.normal(size=2 * SR_HZ)).astype(np.float32)
    ratios = [snr_db(through_mp3(song, kbps, sr_hz=SR_HZ)[2000:-2000], song[2000:-2000]) for kbps in (8, 32, 128)]
    assert ratios == sorted(ratios)
    assert ratios[-1] > 20
    assert [mp3_sample_rate(44_100, kbps) for kbps in (8, 32, 320)] == [24_000, 44_100, 44_100]
    assert mp3_sample_rate(22_050, 192) == 32_000


def test_named_changes_are_those_of_the_table() -> None:
    assert named_changes("all") == tuple(CHANGES.values())
    assert [change.id for change in named_changes("Noise, noise,mp3")] == ["noise", "mp3"]
    for wrong in ("", " , ", "speed", "noise,speed"):
        with pytest.raises(ConfigError, match="pitch, tempo"):
            named_changes(wrong)


def test_a_curve_goes_through_the_plain_verdict_and_flips_where_the_band_is_cut(
    banded: Banded, banded_song: np.ndarray
) -> None:
    song = ChangeableSong(wav(banded_song))
    models = {banded.cnn: load_model(banded.cnn), banded.numeric: load_model(banded.numeric)}
    curves = what_if(song, CHANGES["high-cut"], models)
    curve = curves[banded.cnn]
    assert curve.neutral == classify_song(wav(banded_song), banded.cnn)
    assert [point.value for point in curve.points] == list(CHANGES["high-cut"].values)
    by_value = {value: verdict.genre for value, verdict in curve.judged}
    assert by_value[1_500.0] == "without"
    assert by_value[6_000.0] == by_value[20_000.0] == "with"
    assert curve.holds is not None
    assert 1_500 < curve.holds[0] <= 6_000
    assert "with to without" in " ".join(what_if_lines(curve))
    assert curves[banded.numeric].neutral == classify_song(wav(banded_song), banded.numeric)
    changed = song.changed(CHANGES["high-cut"], 2_000.0)
    assert classify_song(wav(changed, song.sr_hz), banded.cnn).genre == by_value[2_000.0]


def test_every_change_leaves_the_verdict_alone_at_its_neutral_value(banded: Banded, banded_song: np.ndarray) -> None:
    song, panel = ChangeableSong(wav(banded_song)), panel_of({banded.cnn: None, banded.numeric: None})
    plain = {run_id: classify_song(wav(banded_song), run_id) for run_id in (banded.cnn, banded.numeric)}
    for change in CHANGES.values():
        for run_id, (point,) in judge_at(song, change, [change.neutral], panel).items():
            assert point.verdict == plain[run_id]


def test_of_a_long_song_its_middle_is_changed() -> None:
    samples = np.concatenate([tone(440, duration_s=20.0), tone(880, duration_s=20.0)])
    song = ChangeableSong(wav(samples))
    assert song.span_s == (5.0, 35.0)
    assert len(song.samples) == 30 * SR_HZ
    assert ChangeableSong(wav(samples[: 37 * SR_HZ])).span_s == (0.0, 37.0)


def verdict(genre: str) -> SongVerdict:
    shares = {"a": (0.7, 0.3), "b": (0.3, 0.7)}[genre]
    return SongVerdict(("a", "b"), shares, (Window(0.0, 1.0, shares),), 1.0)


def test_flips_are_told_outwards_from_the_song_as_it_is() -> None:
    change = CHANGES["loudness"]
    genres = "baaaaabbb"
    points = [CurvePoint(value, verdict(genre)) for value, genre in zip(change.values, genres, strict=True)]
    points[1] = CurvePoint(change.values[1], None, "Silent.")
    curve = WhatIf(change, "run", tuple(points), (0.0, 1.0))
    assert curve.holds == (-12.0, 6.0)
    assert [(flip.low, flip.high) for flip in curve.flips] == [(-24.0, -12.0), (6.0, 12.0)]
    assert what_if_lines(curve) == (
        "Loudness: a at all 4 values judged from −12 dB to +6 dB.",
        "Between −12 dB and −24 dB it turns from a to b.",
        "Between +6 dB and +12 dB it turns from a to b.",
        "Loudness: not judged at −18 dB. Silent.",
    )


def test_what_is_said_of_a_curve_is_no_more_than_was_judged() -> None:
    change = CHANGES["loudness"]

    def said(genres: str) -> tuple[str, ...]:
        points = [
            CurvePoint(value, None, "Silent.") if genre == "-" else CurvePoint(value, verdict(genre))
            for value, genre in zip(change.values, genres, strict=True)
        ]
        return what_if_lines(WhatIf(change, "run", tuple(points), (0.0, 1.0)))

    assert said("aaaaaaaaa") == ("Loudness: a at all 9 values judged from −24 dB to +24 dB.",)
    assert said("bbbbabbbb")[0] == "Loudness: a only with loudness as it is, of the 9 values judged."
    assert said("----a----")[0] == "Loudness: a with loudness as it is, the only value that could be judged."
    # One inside the range that could not be judged is not counted.
    assert said("aaa-aaabb")[:2] == (
        "Loudness: a at all 6 values judged from −24 dB to +12 dB.",
        "Between +12 dB and +18 dB it turns from a to b.",
    )
    # Where the song as it is cannot be judged, the flips are told all the same.
    assert said("aaab-bbbb") == (
        "Between −6 dB and −12 dB it turns from b to a.",
        "Loudness: not judged with loudness as it is. Silent.",
    )


def test_of_an_excerpt_no_more_is_changed_than_the_clip(home: Path) -> None:
    folder = home / "data" / "songs" / "jazz"
    folder.mkdir(parents=True)
    long = np.concatenate([tone(hz, duration_s=5.0) for hz in (300, 600, 900)])
    soundfile.write(folder / "long.wav", long, SR_HZ)
    collection = import_folder(folder.parent, excerpting=Excerpting(n=1, length_s=5))
    sound = find_sound(collection, collection.clips[0])
    assert sound is not None
    song = song_of(sound)
    assert len(song.samples) == 5 * song.sr_hz
    spectrum = np.abs(np.fft.rfft(song.samples))
    assert spectrum.argmax() / 5 == pytest.approx(600, abs=1)


def test_robustness_is_the_accuracy_of_the_run_at_the_neutral_value(banded: Banded) -> None:
    found = measure_robustness(banded.cnn, changes=(CHANGES["high-cut"],), n_clips=6)
    assert found is not None
    assert len(found.clips) == 6
    points = {point.value: point for point in found.curves["high-cut"]}
    assert points[20_000.0].accuracy == 1
    assert points[500.0].n_correct <= 3 + 1  # without the band all sound like one genre
    low, high = points[500.0].interval
    assert low < points[500.0].accuracy < high
    assert found.failures == {}
