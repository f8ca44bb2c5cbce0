"""``classify --neighbours`` and ``extract --embedding-by``: plain values and text."""

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from core.cli.console import ProgressLine, first_lines, table_text
from core.cli.lookup import find_collection, find_run
from core.clips.collection import Collection
from core.errors import ConfigError, FeatureError, GenreLabError, RunError
from core.extraction.store import FeatureStore
from core.names import readable_name
from core.runs.record import Run

if TYPE_CHECKING:
    from core.prediction.song import HeardSong
    from core.prediction.song_neighbours import NearClips

MOST = 1_000


def asks_neighbours(options: Namespace) -> bool:
    """Whether clips are asked for; `ConfigError` where what is asked is impossible, before anything is computed."""
    if options.neighbours is None:
        if options.among is not None:
            raise ConfigError("--among belongs to --neighbours N; give that too.")
        return False
    if not 1 <= options.neighbours <= MOST:
        raise ConfigError(f"--neighbours: expected 1 to {MOST:,} clips, got {options.neighbours:,}.")
    return True


def neighbours(
    song: "HeardSong", run: Run, options: Namespace, progress: ProgressLine, *, model: Any
) -> tuple[dict[str, Any], list[str]]:
    """The clips nearest to a song, as plain values and as lines for people.

    Parameters
    ----------
    song : HeardSong
    run : Run
        A finished one.
    options : Namespace
    progress : ProgressLine
    model : keras.Model or ClassicalModel
        The run's.

    Raises
    ------
    FeatureError
        Neither the run nor the ears have anything to compare the song with; it says what is missing of both.
    """
    from core.prediction.song_neighbours import nearest_by_ears, nearest_by_run

    n = options.neighbours
    among = None if options.among is None else find_collection(options.among, progress)
    found: dict[str, NearClips] = {}
    missing: dict[str, str] = {}
    for by in ("run", "ears"):
        try:
            if by == "run":
                found[by] = nearest_by_run(song, run, n, among=among, model=model)
            else:
                found[by] = nearest_by_ears(song, run, n, among=among)
        except GenreLabError as error:
            missing[by] = str(error)
    if not found:
        raise FeatureError(" ".join(dict.fromkeys(missing.values())))
    values = {by: found[by].to_dict() if by in found else {"error": missing[by]} for by in ("run", "ears")}
    where = "clips that the run learnt from" if among is None else f"clips of {readable_name(among.title)}"
    judges = {"run": f"{run.label} (its layer before the decision)", "ears": "the trained ears"}
    lines = []
    for by, judge in judges.items():
        if by in missing:
            lines += ["", f"Nearest to {judge}: not known. {missing[by]}"]
        else:
            lines += ["", *_lines(found[by], f"Nearest to {judge}", where)]
    return {"neighbours": values}, lines


def _lines(near: "NearClips", title: str, where: str) -> list[str]:
    n_lacking = near.n_clips - near.n_searched
    lacking = f"; {n_lacking:,} more have no embedding" if n_lacking else ""
    rows = [
        (
            f"{one.distance:.3f}",
            readable_name(one.genre),
            readable_name(one.clip),
            readable_name(" - ".join(filter(None, (one.artist, one.title)))),
        )
        for one in near.clips
    ]
    return [
        f"{title}: {near.n_units} units, {near.n_searched:,} {where} compared{lacking}",
        table_text(("distance", "genre", "clip", ""), rows),
    ]


def embed(collection: Collection, options: Namespace, progress: ProgressLine) -> tuple[dict[str, Any], str]:
    """``extract --embedding-by``: what is missing of a collection's embeddings by a network, as values and text."""
    from core.prediction.stored_embeddings import embed_collection, run_embedding

    if options.front_end != "both" or options.dask:
        raise ConfigError("--embedding-by computes what one network needs, here; leave out --front-end and --dask.")
    run = find_run(options.embedding_by)
    if run.status != "finished":
        raise RunError(f"{run.label} is {run.status}: it has no model yet. Choose a finished run.")
    embedding = run_embedding(run)
    n_now = embed_collection(collection.id, run.id, reporter=progress.reporter()) or 0
    store = FeatureStore(collection.id, embedding)
    failures = store.failures(collection.clips)
    n_there = len(store.available(collection.clips))
    values = {
        "collection": collection.id,
        "run_id": run.id,
        "n_units": embedding.n_units,
        "n_embedded": n_now,
        "n_stored": n_there,
        "failures": failures,
    }
    lines = [f"{collection.title}: {n_now:,} clips embedded by {run.label}, {n_there:,} stored"]
    lines += first_lines([f"failed {name}: {reason}" for name, reason in failures.items()])
    return values, "\n".join(lines)
