"""Music theory facts whose answers any musician knows."""

from __future__ import annotations

import pytest

from core.errors import SynthesisError
from core.synthesis import progressions
from core.synthesis.leadsheet import write_lead_sheet
from core.synthesis.theory import (
    SCALES,
    Chord,
    close_voicing,
    guitar_voicing,
    key_name,
    midi_to_hz,
    parse_roman,
    pitch_at_or_above,
    pitch_nearest,
)


def symbols(progression: progressions.Progression, tonic: int) -> list[str]:
    return [chord.symbol for bar in progression.chords(tonic) for chord in bar]


def test_a4_is_440_hz_and_an_octave_doubles() -> None:
    assert midi_to_hz(69) == 440.0
    assert midi_to_hz(81) == pytest.approx(880.0)
    assert midi_to_hz(60) == pytest.approx(261.6256, abs=1e-4)


def test_twelve_bar_blues_has_its_twelve_bars() -> None:
    assert progressions.TWELVE_BAR_BLUES.text == ("I7 | I7 | I7 | I7 | IV7 | IV7 | I7 | I7 | V7 | IV7 | I7 | V7")
    assert len(progressions.TWELVE_BAR_BLUES.bars) == 12
    assert symbols(progressions.TWELVE_BAR_BLUES, 4)[:6] == ["E7", "E7", "E7", "E7", "A7", "A7"]


def test_two_five_one_in_c() -> None:
    assert symbols(progressions.TWO_FIVE_ONE, 0) == ["Dm7", "G7", "Cmaj7"]


def test_axis_progression_in_c_and_in_g() -> None:
    assert symbols(progressions.AXIS, 0) == ["C", "G", "Am", "F"]
    assert symbols(progressions.AXIS, 7) == ["G", "D", "Em", "C"]


def test_andalusian_cadence_in_a_minor() -> None:
    assert symbols(progressions.ANDALUSIAN, 9) == ["Am", "G", "F", "E"]


@pytest.mark.parametrize(
    ("numeral", "symbol"),
    [("bVI", "Ab"), ("iim7b5", "Dm7b5"), ("viidim", "Bdim"), ("i5", "C5"), ("V9", "G9")],
)
def test_roman_numerals_in_c(numeral: str, symbol: str) -> None:
    assert parse_roman(numeral, 0).symbol == symbol


@pytest.mark.parametrize("numeral", ["H7", "", "I13"])
def test_unreadable_numeral_is_refused(numeral: str) -> None:
    with pytest.raises(SynthesisError):
        parse_roman(numeral, 0)


def test_every_named_progression_can_be_read_in_every_key() -> None:
    named = [value for value in vars(progressions).values() if isinstance(value, progressions.Progression)]
    assert len(named) > 40
    for progression in named:
        assert progression.mode in ("major", "minor")
        for tonic in range(12):
            assert all(1 <= len(bar) <= 2 for bar in progression.chords(tonic))


def test_chord_tones_of_g7() -> None:
    assert Chord(7, "7").pitch_classes == (7, 11, 2, 5)


def test_key_names() -> None:
    assert key_name(4, "minor") == "E minor"
    assert key_name(10, "major") == "Bb major"


def test_scales_start_on_the_tonic_and_rise_within_an_octave() -> None:
    for steps in SCALES.values():
        assert steps[0] == 0
        assert list(steps) == sorted(set(steps))
        assert steps[-1] < 12


def test_pitch_placement() -> None:
    assert pitch_at_or_above(0, 60) == 60
    assert pitch_at_or_above(11, 60) == 71
    assert pitch_nearest(11, 60) == 59


def test_close_voicings_keep_common_tones() -> None:
    c_major, a_minor = Chord(0, ""), Chord(9, "m")
    shared = set(close_voicing(c_major, 60)) & set(close_voicing(a_minor, 60))
    assert {midi % 12 for midi in shared} == {0, 4}


def test_ninth_chord_keeps_its_third_and_seventh_in_four_voices() -> None:
    kept = {midi % 12 for midi in close_voicing(Chord(0, "9"), 60, 4)}
    assert {4, 10} <= kept
    assert len(kept) == 4


def test_guitar_voicing_has_the_root_in_the_bass() -> None:
    pitches = guitar_voicing(Chord(4, "m"))
    assert pitches[0] == 40
    assert list(pitches) == sorted(pitches)
    assert {pitch % 12 for pitch in pitches} == {4, 7, 11}


def test_lead_sheet_repeats_the_progression_and_splits_bars() -> None:
    sheet = write_lead_sheet(progressions.CANON, tonic=2, scale="major", tempo_bpm=90.0, beats_per_bar=4, n_bars=5)
    assert [sheet.chord_at(beat).symbol for beat in (0, 1.9, 2, 4, 6)] == ["D", "D", "A", "Bm", "Gbm"]
    assert sheet.chord_at(16).symbol == "D"
    assert sum(span.n_beats for span in sheet.spans) == sheet.n_beats == 20


def test_split_bar_of_three_gives_the_first_chord_two_beats() -> None:
    sheet = write_lead_sheet(progressions.CANON, tonic=0, scale="major", tempo_bpm=90.0, beats_per_bar=3, n_bars=1)
    assert [span.n_beats for span in sheet.spans] == [2.0, 1.0]
