"""Labels of a collection, what they become, and the genres that come of it, as tables."""

from collections.abc import Collection as Names
from collections.abc import Mapping, Sequence

import pandas as pd

from core.clips.clip import ClipFacts, SkippedFile
from core.clips.collection import Collection
from core.collections.genre_csv import LEAVE_OUT
from core.collections.genre_mapping import Label
from core.names import artist_key

_MOST_SPELLINGS = 6


def labels_frame(labels: Sequence[Label], becomes: Mapping[str, str]) -> pd.DataFrame:
    """One row a label, in their order; columns of which nothing is known are left out.

    Parameters
    ----------
    labels : sequence of Label
    becomes : mapping of str to str
        Genre by key of the label, empty where it is passed over.
    """
    # What is edited comes first: a narrow window shows no more.
    genres = [becomes[label.key] or LEAVE_OUT for label in labels]
    frame = pd.DataFrame({"Label": [label.name for label in labels], "Becomes": genres})
    frame["Clips"] = [label.n_clips for label in labels]
    if any(label.n_artists for label in labels):
        frame["Artists"] = [label.n_artists for label in labels]
    others = [_other_spellings(label) for label in labels]
    if any(others):
        frame["Also written"] = others
    if any(label.proposal is not None for label in labels):
        frame["Proposed"] = ["" if label.proposal is None else label.proposal or LEAVE_OUT for label in labels]
    return frame


def _other_spellings(label: Label) -> str:
    """``3 × hip hop, 1 × (7)``: how else it is written; empty where it is not."""
    others = [(text, n) for text, n in label.spellings if text != label.name]
    listed = ", ".join(f"{n:,} × {text}" for text, n in others[:_MOST_SPELLINGS])
    return listed + (" …" if len(others) > _MOST_SPELLINGS else "")


def genres_frame(collection: Collection, excluded: Names[str] = ()) -> pd.DataFrame:
    """One row a genre: its clips, and its artists where any are known.

    Parameters
    ----------
    collection : Collection
    excluded : collection of str
        Names of clips that do not count.
    """
    clips = [clip for clip in collection.clips if clip.name not in excluded]
    artists = {clip.name: artist_key(collection.facts.get(clip.name, ClipFacts()).artist) for clip in clips}
    table = pd.DataFrame(
        {"Genre": [clip.genre for clip in clips], "Artist": [artists[clip.name] or None for clip in clips]}
    )
    grouped = table.groupby("Genre", sort=True)
    frame = pd.DataFrame({"Clips": grouped.size(), "Artists": grouped["Artist"].nunique()}).reset_index()
    return frame if any(artists.values()) else frame.drop(columns="Artists")


def left_out_frame(left_out: Sequence[SkippedFile]) -> pd.DataFrame:
    """Clips without a genre, and why."""
    return pd.DataFrame([(file.name, file.reason) for file in left_out], columns=["Clip", "Why"])
