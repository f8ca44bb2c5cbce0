"""Which numeric features go together: at most eight groups of each front end, by the names of its features.

A group is a quality that people hear: loudness, brightness, tempo. The tags of trained ears are grouped by what they
are about. A column that no rule knows belongs to the stem of its name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_GROUPS = 8
"""Exact Shapley values ask the model about every set of groups: 256 of them for eight."""

OTHERS = "other features"

_RULES: tuple[tuple[str, str], ...] = (
    (r"rms_var|mfcc1_var|mfcc_1_var|.*dynamic.*|.*crest.*", "dynamics"),
    (r"rms(_mean)?|mfcc1_mean|mfcc_?1|.*loudness.*|.*energy.*", "loudness"),
    (r"spectral_centroid.*|(spectral_)?rolloff.*|spectral_bandwidth.*|.*brightness.*", "brightness"),
    (r"zero_crossing_rate.*|.*flatness.*|.*noisiness.*", "noisiness"),
    (r"chroma.*|harmony.*|tonnetz.*", "harmony"),
    (r"perceptr.*|.*percussi.*|.*onset.*", "percussion"),
    (r"tempo.*|bpm|.*danceab.*", "tempo"),
    (r"mfcc.*|.*spectral_contrast.*", "timbre"),
)
"""A whole name as a pattern, and its group; the first that fits counts."""

_TAGS: tuple[tuple[str, str], ...] = (
    ("rock alternative indie alternative_rock classic_rock indie_rock hard_rock progressive_rock punk", "rock tags"),
    ("metal heavy_metal loud", "metal tags"),
    ("electronic electronica dance electro house techno party synth beat beats", "electronic and dance tags"),
    ("soul funk rnb hip-hop jazz blues", "soul, jazz and hip-hop tags"),
    ("folk country acoustic guitar sitar indian", "folk and country tags"),
    ("classical classic opera harpsichord violin strings cello flute piano harp choir choral solo", "classical tags"),
    (
        "female_vocalists male_vocalists female_vocalist instrumental vocal vocals female male singing no_vocals woman "
        "male_vocal no_vocal man voice male_voice female_vocal no_voice female_voice drums",
        "voice tags",
    ),
    (
        "beautiful chillout mellow chill ambient easy_listening sad slow quiet soft new_age experimental weird",
        "calm tags",
    ),
    ("pop indie_pop sexy catchy happy 00s 90s 80s 70s 60s oldies fast", "pop and decade tags"),
)
_HIDDEN = "what the ears heard beyond tags"
_MERGED = {"metal tags": "rock tags", "classical tags": "voice tags"}
"""Where there would be more than eight groups, the first joins the second."""
_JOINT_TITLES = {"rock tags": "rock and metal tags", "voice tags": "voice and instrument tags"}


@dataclass(frozen=True)
class FeatureGroup:
    """Features that are explained together.

    Attributes
    ----------
    name : str
        What they are about.
    places : tuple of int
        Of the features among all.
    """

    name: str
    places: tuple[int, ...]


def group_features(names: Sequence[str]) -> tuple[FeatureGroup, ...]:
    """Features in at most eight groups, in the order of their first features.

    Parameters
    ----------
    names : sequence of str
        Of all features of a front end, in its order.

    Examples
    --------
    >>> [(group.name, group.places) for group in group_features(["tempo", "mfcc2_mean", "rms_mean", "mfcc3_mean"])]
    [('tempo', (0,)), ('timbre', (1, 3)), ('loudness', (2,))]
    """
    groups: dict[str, list[int]] = {}
    for place, group in enumerate(_named(names)):
        groups.setdefault(group, []).append(place)
    while len(groups) > MOST_GROUPS:
        # The smallest are told apart least; `sorted` keeps the order of equals.
        smallest = sorted((name for name in groups if name != OTHERS), key=lambda name: len(groups[name]))
        taken = smallest[: 1 if OTHERS in groups else 2]
        groups.setdefault(OTHERS, []).extend(place for name in taken for place in groups.pop(name))
    return tuple(FeatureGroup(name, tuple(sorted(places))) for name, places in groups.items())


def _named(names: Sequence[str]) -> list[str]:
    """The group of each feature; of the tags of trained ears, the ones that fit into eight groups."""
    given = [group_of(name) for name in names]
    if len(set(given)) <= MOST_GROUPS or not any(name.endswith(" tags") for name in given):
        return given
    merged = [_MERGED.get(name, name) for name in given]
    return [_JOINT_TITLES.get(name, name) for name in merged]


def group_of(name: str) -> str:
    """The group of a feature by its name.

    >>> group_of("spectral_centroid_mean"), group_of("tag_female_vocalists"), group_of("lyrics_07")
    ('brightness', 'voice tags', 'lyrics')
    """
    plain = name.lower().strip()
    if plain.startswith("tag_"):
        tag = plain.removeprefix("tag_")
        return next((group for tags, group in _TAGS if tag in tags.split()), "other tags")
    if re.fullmatch(r"(penultimate|max|mean)_\d+", plain):
        return _HIDDEN if plain.startswith("penultimate") else f"{plain.partition('_')[0]} of the ears' maps"
    rule = next((group for pattern, group in _RULES if re.fullmatch(pattern, plain)), None)
    if rule is not None:
        return rule
    stem = re.sub(r"[\s_.\-]*\d+$", "", re.sub(r"[_.\-](mean|var|std|min|max|median)$", "", plain))
    return stem.replace("_", " ").strip() or plain
