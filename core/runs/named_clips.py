"""The test clips of a run whose collection is not here: their names and genres, and what is known by name.

A run keeps the names of its test clips. Of GTZAN's clips that is enough to know artist and title, and to find their
sound in any collection that has them (`core.collections.sound`).
"""

from collections.abc import Mapping
from pathlib import Path

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.excerpts import whole_name
from core.collections.clip_facts import known_facts
from core.evaluation.predictions import Predictions
from core.runs.record import Run


def named_clips(run: Run, predictions: Predictions) -> Collection:
    """The test clips of a run as a collection without sound and without features; of excerpts, their clips.

    Parameters
    ----------
    run : Run
    predictions : Predictions
        Of that run.
    """
    clips = clips_by_name(
        run, dict(zip(predictions.table["clip"].tolist(), predictions.table["actual"].tolist(), strict=True))
    )
    return Collection(
        id=run.config.collection_id,
        title=run.collection_title,
        kind="features",
        source="",
        licence="",
        synthetic=run.synthetic,
        root=Path(),
        clips=clips,
        facts=known_facts(clips, {}, built_in=not run.synthetic),
        front_ends=run.config.front_ends,
    )


def clips_by_name(run: Run, genre_of: Mapping[str, str]) -> tuple[Clip, ...]:
    """The test clips of a run of which only names and genres are here, by genre and name; of excerpts, their clips.

    Parameters
    ----------
    run : Run
    genre_of : mapping of str to str
        The genre of each of its test clips.
    """
    cut = run.config.split.n_excerpts
    named = {whole_name(str(name), cut): str(genre) for name, genre in genre_of.items()}
    return tuple(
        Clip(name=name, genre=genre, path=None, duration_s=0.0, size_bytes=0, modified_ns=0)
        for name, genre in sorted(named.items(), key=lambda pair: pair[::-1])
    )
