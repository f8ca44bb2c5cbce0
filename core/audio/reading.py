"""From a sound file to mono float32 at the rate asked for, decoding only what is needed."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np
import soxr
from numpy.typing import NDArray

from core.audio.decoding import Decoder, describe, no_samples, open_decoder
from core.audio.formats import AudioInfo, AudioSource
from core.audio.shortfall import is_news, length_note
from core.errors import AudioError

Samples = NDArray[np.float32]

LONGEST_READ_S = 4 * 3600.0
"""Seconds that may be asked for at once: samples of four hours at 22,050 Hz are 1.3 GB."""
LOUDEST = 1e10
"""Squares of a spectrum overflow far above this. Full scale is 1; 32-bit integers kept as floats reach 2e9."""
_FILTER_S = 0.1
"""The resampler's filter reaches a little past the part wanted, before it and after it."""
_AT_ONCE_FRAMES = 2**22
"""Longer sound is resampled on the way, so that it is in memory at the new rate only."""


def probe_audio(source: AudioSource) -> AudioInfo:
    """Read the header only; MPEG audio, and what does not state its length, is read through without being decoded.

    Raises
    ------
    AudioError
        The file is missing, empty, or not sound.
    """
    with open_decoder(source) as decoder:
        try:
            info = decoder.probe()
        except AudioError as error:
            raise _undecodable(source, error) from error
    if info.duration_s <= 0:
        raise no_samples(describe(source))
    return info


def _undecodable(source: AudioSource, error: AudioError) -> AudioError:
    return AudioError(f"{describe(source)} cannot be decoded: {error}. Obtain the file again.")


@dataclass(frozen=True)
class Sound:
    """Samples of a sound file, and what was unusual in reading them.

    Attributes
    ----------
    samples : array of float32, shape (samples,)
        Mono, full scale +-1.
    notes : tuple of str
        What is wrong with the file though it can be read, and what was done about it: sentences for the user.
    """

    samples: Samples
    notes: tuple[str, ...]


def read_audio(
    source: AudioSource, *, sr_hz: int = 22_050, offset_s: float = 0.0, duration_s: float | None = None
) -> Samples:
    """Samples of a sound file as mono at ``sr_hz``.

    Parameters
    ----------
    source : Path, bytes or binary stream
    sr_hz : int
        Sample rate wanted; other rates are resampled (soxr, high quality).
    offset_s, duration_s : float
        Part of the file wanted; None reads to the end. Exact to the sample, but to 1 ms in WebM and Matroska, which
        keep times in ms.

    Returns
    -------
    array of float32, shape (samples,)
        Mean of the channels, full scale +-1; one channel where the channels cancel each other. Damaged places of MPEG
        audio are passed over (`read_sound` says what was done).

    Raises
    ------
    AudioError
        The file is missing, empty, damaged, not sound, holds samples that are not numbers or far beyond full scale, or
        is longer than `LONGEST_READ_S` and no part of it was asked for.

    Examples
    --------
    >>> from core.audio import read_audio
    >>> samples = read_audio(folder / "bass" / "bass.00000.flac", sr_hz=22_050, duration_s=2.0)
    >>> samples.shape, str(samples.dtype)
    ((44100,), 'float32')
    """
    return read_sound(source, sr_hz=sr_hz, offset_s=offset_s, duration_s=duration_s).samples


def read_sound(
    source: AudioSource, *, sr_hz: int = 22_050, offset_s: float = 0.0, duration_s: float | None = None
) -> Sound:
    """The same with what was unusual in reading; parameters and errors as of `read_audio`."""
    return read_sounds(source, rates_hz=[sr_hz], offset_s=offset_s, duration_s=duration_s)[sr_hz]


def read_sounds(
    source: AudioSource, *, rates_hz: Iterable[int], offset_s: float = 0.0, duration_s: float | None = None
) -> dict[int, Sound]:
    """A sound file at several sample rates, decoded once; each is what `read_sound` gives at that rate.

    Parameters
    ----------
    source : Path, bytes or binary stream
    rates_hz : iterable of int
        At least one.
    offset_s, duration_s : float
        Part of the file wanted; None reads to the end.

    Raises
    ------
    AudioError
        As of `read_audio`.
    """
    name, rates = describe(source), list(dict.fromkeys(rates_hz))
    with open_decoder(source) as decoder:
        start = round(offset_s * decoder.sr_hz)
        wanted = _wanted(decoder, start, duration_s, source)
        lead = _lead(start, decoder.sr_hz, rates)
        counter = _Counter()
        blocks = counter.counted(_checked(_blocks(decoder, start - lead, wanted + lead, source), name))
        resampled = _resampled(blocks, wanted + lead, decoder.sr_hz, rates)
        notes = (*decoder.notes, *_shortfall(decoder, start - lead, wanted + lead, counter.n_frames))
        from_hz = decoder.sr_hz
    if lead:
        resampled = (
            {to_hz: samples[lead * to_hz // from_hz :] for to_hz, samples in resampled.items()}
            if counter.n_frames > lead
            else {}
        )
    if not resampled and offset_s > 0:
        raise AudioError(f"{name} ends before {offset_s:.1f} s.")
    return {sr_hz: _sound(resampled.get(sr_hz), notes, name, sr_hz, duration_s) for sr_hz in rates}


def _sound(samples: Samples | None, notes: tuple[str, ...], name: str, sr_hz: int, duration_s: float | None) -> Sound:
    """No more than was asked for; `AudioError` where nothing was decoded or is left."""
    if samples is None:
        raise AudioError(f"{name} should contain sound, but none could be decoded. Obtain the file again.")
    if duration_s is not None:
        samples = samples[: round(duration_s * sr_hz)]
    if samples.size == 0:
        raise AudioError(f"{name} is too short: no samples are left at {sr_hz} Hz.")
    return Sound(np.ascontiguousarray(samples, dtype=np.float32), notes)


def _wanted(decoder: Decoder, start: int, duration_s: float | None, source: AudioSource) -> int:
    """Frames to decode from frame ``start`` on; a length that is not stated is counted only where all is wanted."""
    stated_s = decoder.stated_s
    if stated_s is None and duration_s is None:
        try:
            stated_s = decoder.probe().duration_s
        except AudioError as error:
            raise _undecodable(source, error) from error
        if stated_s <= 0:
            raise no_samples(describe(source))
    wanted_s = np.inf if duration_s is None else duration_s + _FILTER_S
    if stated_s is not None:
        if start >= round(stated_s * decoder.sr_hz):
            at_s = start / decoder.sr_hz
            raise AudioError(f"{describe(source)} ends after {stated_s:.1f} s, before {at_s:.1f} s.")
        wanted_s = min(wanted_s, stated_s - start / decoder.sr_hz)
    if wanted_s > LONGEST_READ_S:
        raise AudioError(
            f"{describe(source)} lasts {wanted_s / 3600:.1f} hours; at most {LONGEST_READ_S / 3600:.0f} can be read "
            "at once. Cut it into parts."
        )
    return int(np.ceil(round(wanted_s * decoder.sr_hz, 6)))


def _lead(start: int, from_hz: int, rates_hz: Sequence[int]) -> int:
    """Frames to decode before frame ``start`` for the resampler's filter.

    Whole periods of all rates, so that the samples lie where they lie in the whole file.
    """
    if all(from_hz == to_hz for to_hz in rates_hz):
        return 0
    period = math.lcm(*(from_hz // math.gcd(from_hz, to_hz) for to_hz in rates_hz))
    return min(math.ceil(_FILTER_S * from_hz / period), start // period) * period


@contextmanager
def open_blocks(source: AudioSource) -> Iterator[tuple[int, Iterator[Samples]]]:
    """The sample rate of a sound file, and its samples as mono at that rate, block by block.

    No more than `LONGEST_READ_S` is decoded, and a block at a time is in memory.

    Raises
    ------
    AudioError
        As of `read_audio`, on opening or from the blocks.
    """
    with open_decoder(source) as decoder:
        wanted = round(LONGEST_READ_S * decoder.sr_hz)
        yield decoder.sr_hz, _checked(_blocks(decoder, 0, wanted, source), describe(source))


class _Counter:
    """Counts the frames that pass."""

    def __init__(self) -> None:
        self.n_frames = 0

    def counted(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        return map(self._count, blocks)

    def _count(self, block: Samples) -> Samples:
        self.n_frames += len(block)
        return block


def _shortfall(decoder: Decoder, start: int, wanted: int, n_frames: int) -> tuple[str, ...]:
    """What is to be said where a file ends before its header says."""
    if decoder.stated_s is None:
        return ()
    if not is_news((wanted - n_frames) / decoder.sr_hz, decoder.stated_s):
        return ()
    return (length_note(decoder.stated_s, (start + n_frames) / decoder.sr_hz),)


def _blocks(decoder: Decoder, start: int, wanted: int, source: AudioSource) -> Iterator[Samples]:
    try:
        yield from decoder.blocks(start, wanted)
    except AudioError as error:
        raise _undecodable(source, error) from error


def _checked(blocks: Iterable[Samples], name: str) -> Iterator[Samples]:
    # Unlike a loop that yields, this does not hold a block while the next is decoded.
    return map(partial(_check, name=name), blocks)


def _check(block: Samples, *, name: str) -> Samples:
    lowest, highest = float(block.min(initial=0.0)), float(block.max(initial=0.0))
    if not (math.isfinite(lowest) and math.isfinite(highest)):
        raise AudioError(f"{name} has samples that are not numbers (NaN or infinity); export it again from its source.")
    if (peak := max(highest, -lowest)) > LOUDEST:
        raise AudioError(
            f"{name} has samples up to {peak:.1e}, where full scale is 1; export it again from its source."
        )
    return block


def _resampled(blocks: Iterable[Samples], wanted: int, from_hz: int, rates_hz: Sequence[int]) -> dict[int, Samples]:
    """All blocks in one array for each rate; empty when there is no block."""
    if wanted > _AT_ONCE_FRAMES and any(from_hz != to_hz for to_hz in rates_hz):
        return _resampled_on_the_way(blocks, wanted, from_hz, rates_hz)
    whole = list(blocks)
    if not whole:
        return {}
    mono = whole[0] if len(whole) == 1 else np.concatenate(whole)
    return {
        to_hz: mono if from_hz == to_hz else soxr.resample(mono, from_hz, to_hz, quality="HQ") for to_hz in rates_hz
    }


def _resampled_on_the_way(
    blocks: Iterable[Samples], wanted: int, from_hz: int, rates_hz: Sequence[int]
) -> dict[int, Samples]:
    """The same without holding the sound at its own rate, and without its blocks between what lasts in memory."""
    streams = {
        to_hz: None if to_hz == from_hz else soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ")
        for to_hz in rates_hz
    }
    # What is not written takes no memory; a decoder gives no more than was wanted.
    whole = {to_hz: np.empty(math.ceil(wanted * to_hz / from_hz) + 1, np.float32) for to_hz in rates_hz}
    n_written = dict.fromkeys(rates_hz, 0)

    def write(to_hz: int, samples: Samples) -> None:
        start = n_written[to_hz]
        n_written[to_hz] += len(samples)
        whole[to_hz][start : n_written[to_hz]] = samples

    found = False
    for block in blocks:
        found = True
        for to_hz, stream in streams.items():
            write(to_hz, block if stream is None else stream.resample_chunk(block))
        del block  # or it would be in memory beside the next
    if not found:
        return {}
    for to_hz, stream in streams.items():
        if stream is not None:
            write(to_hz, stream.resample_chunk(np.zeros(0, np.float32), last=True))
    return {to_hz: samples[: n_written[to_hz]] for to_hz, samples in whole.items()}
