"""The built-in demo collection: ten genres synthesised by the program itself, the same samples for the same seed.

Every genre is a recipe of musical facts (`core.synthesis.recipes`): tempo, metre, swing, drum patterns, progressions,
playing styles, instruments and the sound of its recordings. A clip is drawn from it (`planning`), composed
(`arranging`) and performed (`performance`); related genres lend each other ingredients, so that a classifier has
something to confuse.
"""

from __future__ import annotations

from core.synthesis.constants import CLIP_DURATION_S, GENRES, SAMPLE_RATE_HZ, SYNTHESIS_VERSION
from core.synthesis.render import ClipDescription, describe_clip, synthesise_clip

__all__ = [
    "CLIP_DURATION_S",
    "GENRES",
    "SAMPLE_RATE_HZ",
    "SYNTHESIS_VERSION",
    "ClipDescription",
    "describe_clip",
    "synthesise_clip",
]
