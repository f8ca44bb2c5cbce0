"""What parameters mean is said also where some of them do not fit together."""

import pytest

from core.features.mel import MelSpectrogram
from dashboard.shared.forms.front_end_inputs.mel import mel_meanings
from dashboard.shared.forms.values import front_end_values

SOUND = {"fmin_hz": 500.0, "hop_length": 256, "n_fft": 512}


def meanings(**changes: object) -> dict[str, str]:
    values = front_end_values(MelSpectrogram(**SOUND), "f")
    return mel_meanings("f", values | {f"f:mel:{name}": value for name, value in changes.items()})


def test_of_a_front_end_that_can_be_all_are_said() -> None:
    assert meanings() == MelSpectrogram(**SOUND).meanings


@pytest.mark.parametrize(
    ("changes", "unsaid"),
    [
        ({"hop_length": 1024}, {"hop_length", "n_frames"}),
        ({"fmin_hz": 12_000.0}, {"fmin_hz", "n_mels"}),
        ({"width": "reflowed", "normalisation": "standard"}, set()),
        ({"hop_length": 1024, "fmin_hz": 12_000.0}, {"hop_length", "n_frames", "fmin_hz", "n_mels"}),
    ],
)
def test_of_one_that_cannot_be_those_that_still_hold(changes: dict[str, object], unsaid: set[str]) -> None:
    whole = MelSpectrogram(**SOUND).meanings
    assert meanings(**changes) == {name: text for name, text in whole.items() if name not in unsaid}
