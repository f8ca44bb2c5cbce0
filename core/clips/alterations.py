"""What programs that alter sound put at the end, or the beginning, of a name: ``_noise``, ``_pitch_-2``, ``_128kbps``.

Names come from outside and may be long: they are taken apart at their separators and looked up piece by piece, since a
pattern of all that can follow one another takes for ever on some of them.
"""

import re
from itertools import product

_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        aug augment augmented augmentation noise noisy noised white pink pitch pitched shift shifted time stretch
        stretched speed tempo slowed slowdown speedup reverb echo gain volume eq lowpass highpass bandpass lpf hpf
        compressed distorted distortion clipped flip flipped reversed inverted mixup mask masked spec specaugment
        normalized normalised denoised resampled detuned transposed mono stereo left right vocals instrumental
        accompaniment drums karaoke acapella mp3 ogg opus flac wav lq hq
        """,
    )
)
_JOINED = _WORDS | {f"{one}{other}" for one, other in product(_WORDS, _WORDS)}
_DIRECTIONS = frozenset(["up", "down", "low", "high", "add", "added", "random"])
_WORD = re.compile(r"(?P<word>mp3|[a-z]+)(?P<amount>.*)")
_AMOUNT = re.compile(r"[+\-]?\d+(?:[.,p]\d+)?(?:st|x|db|k|kbps|hz|khz|ms|s|%|semitones?|steps?)?")
_SEPARATOR = re.compile(r"([_.\-]+)")


def unaltered(text: str) -> str:
    """A name without what says how its sound was altered; empty where nothing does, or nothing else is left.

    >>> unaltered("blues.00000_pitch_-2"), unaltered("noise_moon"), unaltered("Night Shift")
    ('blues.00000', 'moon', '')
    """
    # Pieces stand at even places, what separates them at odd ones.
    pieces = _SEPARATOR.split(text)
    first = len(pieces)
    place = len(pieces) - 1
    while place > 0 and _says_how(pieces[place]):
        if _is_word(pieces[place]):
            first = place
        place -= 2
    if first < len(pieces):
        return "".join(pieces[: first - 1])
    place = 0
    while place < len(pieces) - 2 and _is_word(pieces[place]):
        place += 2
    return "".join(pieces[place:]) if place else ""


def _says_how(piece: str) -> bool:
    lowered = piece.lower()
    return lowered in _DIRECTIONS or _AMOUNT.fullmatch(lowered) is not None or _is_word(piece)


def _is_word(piece: str) -> bool:
    """Whether a piece is a word for an alteration, or two, with or without an amount: ``pitchshift``, ``gain3db``."""
    lowered = piece.lower()
    if lowered.endswith("kbps") and lowered[:-4].isdecimal():
        return True
    match = _WORD.fullmatch(lowered)
    if match is None or match["word"] not in _JOINED:
        return False
    return not match["amount"] or _AMOUNT.fullmatch(match["amount"]) is not None
