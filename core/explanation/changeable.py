"""A song that is decoded once and can be had changed, to be judged and to be heard.

Conventions: a song up to `WHOLE_S` is changed whole, of a longer one `STRETCH_S` from its middle.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.audio import AudioInfo, probe_audio, read_sound
from core.explanation.changes import Change
from core.explanation.heard import song_of_samples
from core.prediction.song import MAX_STRETCH_S, HeardSong

WHOLE_S, STRETCH_S = 37.5, 30.0
"""Seconds up to which a song is changed whole, and of the stretch that is changed of a longer one."""
_LOWEST_SR_HZ, _HIGHEST_SR_HZ = 22_050, 44_100


def changing_rate(info: AudioInfo) -> int:
    """Sample rate at which a file is changed: its own, 22,050 to 44,100 Hz."""
    return min(max(info.sr_hz, _LOWEST_SR_HZ), _HIGHEST_SR_HZ)


class ChangeableSong:
    """A song that is decoded once and can be had changed.

    Parameters
    ----------
    source : Path or bytes
        A sound file, or its content.
    sr_hz : int, optional
        Rate at which it is changed; default its own, 22,050 to 44,100.
    unchanged : HeardSong, optional
        The same song as it was heard before, so that it need not be decoded and seen again.

    Raises
    ------
    AudioError
        It cannot be read.
    """

    def __init__(self, source: Path | bytes, *, sr_hz: int | None = None, unchanged: HeardSong | None = None) -> None:
        info = probe_audio(source)
        self._source = source
        self.sr_hz = sr_hz or changing_rate(info)
        samples = read_sound(source, sr_hz=self.sr_hz, duration_s=MAX_STRETCH_S).samples
        self.is_whole = len(samples) <= WHOLE_S * self.sr_hz
        n_changed = len(samples) if self.is_whole else round(STRETCH_S * self.sr_hz)
        first = (len(samples) - n_changed) // 2
        self.samples = samples[first : first + n_changed]
        self.span_s = first / self.sr_hz, (first + n_changed) / self.sr_hz
        self._unchanged = unchanged if self.is_whole else None
        self._latest: tuple[str, float, NDArray[np.float32]] | None = None

    def changed(self, change: Change, value: float) -> NDArray[np.float32]:
        """The changed song, to be listened to, at ``sr_hz``; `ConfigError` where the value is out of range.

        The latest is kept: what was just judged is often heard next.
        """
        latest = self._latest
        if latest is not None and latest[:2] == (change.id, value):
            return latest[2]
        samples = change.apply(self.samples, self.sr_hz, value)
        self._latest = change.id, value, samples
        return samples

    def heard(self, change: Change, value: float, *, rates_hz: Sequence[int] = ()) -> HeardSong:
        """The changed song for runs to judge, who will want it at these rates; at the neutral value always the same."""
        if value != change.neutral:
            return song_of_samples(self.changed(change, value), self.sr_hz)
        if self._unchanged is None:
            # As the file is, so that runs say exactly what they say of it elsewhere.
            self._unchanged = (
                HeardSong(self._source, rates_hz=rates_hz)
                if self.is_whole
                else song_of_samples(self.samples, self.sr_hz)
            )
        return self._unchanged
