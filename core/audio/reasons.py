"""What decoders say of damaged files, in words for people."""

import re

_PLAIN = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        ("SF_INFO", "its header states an impossible sample rate or number of channels"),
        ("channel count|too many channels", "its header states an impossible number of channels"),
        ("allocate memory", "a part of it states an impossible size"),
        ("end of file|input/output error", "it ends too early, or cannot be read to its end"),
        (
            "lost sync|flac decoder|psf_fseek|internal error|malformed|invalid data|error number|not permitted",
            "its data are not what its format requires",
        ),
        ("unimplemented", "it is damaged, or holds a kind of data that cannot be decoded here"),
    )
)
"""The first that a decoder's words hold."""


def plain_reason(said: str) -> str:
    """The reason in words for people; what is none of the decoders' usual words stays as it is.

    >>> plain_reason("internal error : SF_INFO struct incomplete")
    'its header states an impossible sample rate or number of channels'
    >>> plain_reason("error in WAV file. No 'data' chunk marker")
    "error in WAV file. No 'data' chunk marker"
    """
    return next((words for pattern, words in _PLAIN if pattern.search(said)), said)
