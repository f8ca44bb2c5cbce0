"""Where the trained weights of MusiCNN are, and what they were trained on.

They come with the package ``musicnn`` (Pons and Serra 2019), of which nothing but these files is used: none of its code
is imported, and what it requires, which is years old, is not installed.
"""

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.ears.checkpoint import read_checkpoint
from core.errors import FeatureError

PACKAGE = "musicnn"
VERSION = "0.1.0"
HOW_TO_INSTALL = "python -m pip install --no-deps -r requirements-ears.txt"

Training = Literal["msd", "mtt"]


@dataclass(frozen=True)
class TrainedOn:
    """One set of weights.

    Attributes
    ----------
    id : "msd" or "mtt"
    title : str
        What the ears were trained on.
    folder : str
        Within the package.
    sha256 : str
        Of the file of weights.
    tags : tuple of str
        What they answer with, in the order of their values.
    heard : str
        What that training means for a verdict on genre, in a sentence or two.
    """

    id: Training
    title: str
    folder: str
    sha256: str
    tags: tuple[str, ...]
    heard: str


TRAININGS: dict[str, TrainedOn] = {
    training.id: training
    for training in (
        TrainedOn(
            id="msd",
            title="Million Song Dataset",
            folder="MSD_musicnn",
            sha256="8579734ee6388f799ed0def4bbd0d1fdcbeaf213ef2a9dc860917bd76a303de6",
            tags=(
                "rock",
                "pop",
                "alternative",
                "indie",
                "electronic",
                "female vocalists",
                "dance",
                "00s",
                "alternative rock",
                "jazz",
                "beautiful",
                "metal",
                "chillout",
                "male vocalists",
                "classic rock",
                "soul",
                "indie rock",
                "Mellow",
                "electronica",
                "80s",
                "folk",
                "90s",
                "chill",
                "instrumental",
                "punk",
                "oldies",
                "blues",
                "hard rock",
                "ambient",
                "acoustic",
                "experimental",
                "female vocalist",
                "guitar",
                "Hip-Hop",
                "70s",
                "party",
                "country",
                "easy listening",
                "sexy",
                "catchy",
                "funk",
                "electro",
                "heavy metal",
                "Progressive rock",
                "60s",
                "rnb",
                "indie pop",
                "sad",
                "House",
                "happy",
            ),
            heard="These ears were trained on some 200,000 songs of the Million Song Dataset and the tags that "
            "listeners of Last.fm gave them, not on the genres here. Songs of GTZAN may be among them.",
        ),
        TrainedOn(
            id="mtt",
            title="MagnaTagATune",
            folder="MTT_musicnn",
            sha256="041f3935e981a65cea739842d30c188d3a7d2adf4410955c8668eb3de4a5acab",
            tags=(
                "guitar",
                "classical",
                "slow",
                "techno",
                "strings",
                "drums",
                "electronic",
                "rock",
                "fast",
                "piano",
                "ambient",
                "beat",
                "violin",
                "vocal",
                "synth",
                "female",
                "indian",
                "opera",
                "male",
                "singing",
                "vocals",
                "no vocals",
                "harpsichord",
                "loud",
                "quiet",
                "flute",
                "woman",
                "male vocal",
                "no vocal",
                "pop",
                "soft",
                "sitar",
                "solo",
                "man",
                "classic",
                "choir",
                "voice",
                "new age",
                "dance",
                "male voice",
                "female vocal",
                "beats",
                "harp",
                "cello",
                "no voice",
                "weird",
                "country",
                "metal",
                "female voice",
                "choral",
            ),
            heard="These ears were trained on some 19,000 excerpts of MagnaTagATune, music of the label Magnatune with "
            "tags from a game, not on the genres here.",
        ),
    )
}
"""Every set of weights, by its id, in the order in which they are offered."""

AUTHORS = (
    "MusiCNN by Jordi Pons and Xavier Serra, Music Technology Group, Universitat Pompeu Fabra, 2019, under the ISC "
    'licence: J. Pons and X. Serra, "musicnn: Pre-trained convolutional neural networks for music audio tagging", '
    "ISMIR late-breaking session (2019)."
)


def package_folder() -> Path | None:
    """Where the package with the weights is installed; None where it is not. Nothing of it is executed."""
    spec = importlib.util.find_spec(PACKAGE)
    locations = spec.submodule_search_locations if spec else None
    return Path(next(iter(locations))) if locations else None


def why_missing() -> str:
    """How to get the trained weights where they are not installed; empty where they are."""
    folder = package_folder()
    if folder is not None and all((folder / one.folder / ".index").is_file() for one in TRAININGS.values()):
        return ""
    return f"The trained ears need the weights of MusiCNN (29 MB), which are not installed. Run: {HOW_TO_INSTALL}"


def licence() -> str:
    """The licence that the weights come with, as its authors wrote it."""
    folder = package_folder()
    for path in folder.parent.glob(f"{PACKAGE}-{VERSION}.dist-info/LICENSE*") if folder else ():
        return path.read_text(encoding="utf-8")
    return ""


@lru_cache(maxsize=2)
def load_weights(training: str) -> dict[str, NDArray[np.float32]]:
    """The weights by their names in the checkpoint. Do not modify.

    Raises
    ------
    FeatureError
        The package is missing, or its file of weights is not the one that was published.
    """
    folder = package_folder()
    if folder is None:
        raise FeatureError(why_missing())
    known = TRAININGS[training]
    try:
        content = (folder / known.folder / ".data-00000-of-00001").read_bytes()
    except OSError as error:
        raise FeatureError(f"The weights of MusiCNN cannot be read: {error}. Run: {HOW_TO_INSTALL}") from error
    if hashlib.sha256(content).hexdigest() != known.sha256:
        raise FeatureError(
            f"Expected the weights of {PACKAGE} {VERSION}, got another file in {folder / known.folder}. "
            f"Run: {HOW_TO_INSTALL}"
        )
    return read_checkpoint(folder / known.folder)
