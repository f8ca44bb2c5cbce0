"""The command ``collections``: list, import, fetch, make the demo, export features."""

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from core.cli.annotation_commands import require_annotations, run_annotations
from core.cli.console import Answer, ProgressLine, first_lines, table_text
from core.cli.excerpt_options import asked_excerpting, on_listened
from core.cli.genre_commands import require_genres, run_genres
from core.cli.import_options import chosen_genre_from, preview
from core.cli.lookup import find_collection, find_front_end, make_demo, typed_path
from core.cli.split_options import LIKELY_HINT
from core.clips.collection import Collection
from core.clips.passages import Excerpting
from core.collections.registry import CollectionSummary, holdings, list_collections, manifest_stamps
from core.errors import CollectionError, ConfigError
from core.files import write_atomically
from core.importing.archives import is_archive_name
from core.importing.counting import counting
from core.importing.download import download_collection
from core.importing.excerpting import excerpts_sentence
from core.importing.features.export import export_features
from core.importing.features.file import is_feature_file
from core.importing.features.register import add_features, import_feature_path
from core.importing.imported import import_archive
from core.importing.paths import require_importable
from core.importing.readings.spec import GenreFrom, kept_genre_from
from core.importing.register import import_folder
from core.splits.together import likely_sentence, together_sentences


def run_collections(options: Namespace, progress: ProgressLine) -> Answer:
    """List the collections, import or fetch one, make the demo, or export features."""
    if options.title is not None and options.import_path is None:
        raise ConfigError("--title needs --import.")
    if options.annotations is None:
        require_annotations(options)
    excerpting = asked_excerpting(options)
    genre_from = chosen_genre_from(options)
    if options.export_features is not None:
        return _exported(options, progress)
    if options.into is not None:
        return _added(options, progress)
    if options.out is not None or options.front_end is not None:
        raise ConfigError("--front-end and --out need --export-features.")
    if options.genres is not None:
        return run_genres(options, progress)
    require_genres(options)
    if options.preview:
        return preview(typed_path(options.import_path, "a folder"), genre_from, progress)
    if options.annotations is not None:
        return run_annotations(options, progress)
    if options.import_path is not None:
        before = manifest_stamps()
        path = typed_path(options.import_path, "a folder or file")
        collection = _imported(path, options.title, excerpting, genre_from, progress)
        return _one_collection(collection, unchanged=manifest_stamps()[collection.id] == before.get(collection.id))
    if options.get is not None:
        return _one_collection(_complete(download_collection(options.get, progress.reporter())))
    if options.example_song is not None:
        return _example(options.example_song)
    if options.demo:
        return _one_collection(make_demo(progress))
    summaries = list_collections()
    rows = [
        (summary.id, summary.n_clips, len(summary.genres), summary.n_skipped, summary.holds, summary.title)
        if summary.ready
        else (summary.id, "-", len(summary.genres), "-", "-", summary.title if summary.problem else _unmade(summary))
        for summary in summaries
    ]
    text = table_text(("id", "clips", "genres", "skipped", "holds", "title"), rows)
    text = "\n".join([text, *(f"{summary.id}: {summary.problem}" for summary in summaries if summary.problem)])
    return Answer([asdict(summary) for summary in summaries], text)


def _unmade(summary: CollectionSummary) -> str:
    return f"{summary.title}, not made yet"


def _example(typed: str) -> Answer:
    from core.importing.example_song import PARTS, example_song

    path = typed_path(typed, "an .ogg file")
    content = example_song()
    write_atomically(path, content)
    genres = [genre for genre, _ in PARTS]
    return Answer(
        {"file": str(path), "bytes": len(content), "genres": genres},
        f"{path}: {', then '.join(genres)}, {len(content):,} bytes, synthesised",
    )


def _exported(options: Namespace, progress: ProgressLine) -> Answer:
    if options.out is None:
        raise ConfigError("--export-features needs --out FILE.npz.")
    collection = find_collection(options.export_features, progress)
    front_end = find_front_end(collection, options.front_end)
    path = typed_path(options.out, "an .npz file")
    n_clips = export_features(collection, front_end, path)
    values = {"file": str(path), "collection": collection.id, "front_end": front_end.to_dict(), "n_clips": n_clips}
    return Answer(values, f"{path}: {front_end.title} of {n_clips} clips of {collection.title}")


def _added(options: Namespace, progress: ProgressLine) -> Answer:
    if options.import_path is None or options.title is not None:
        raise ConfigError("--into needs --import FILE and cannot be used with --title.")
    collection = find_collection(options.into, progress)
    return _one_collection(add_features(collection, typed_path(options.import_path, "a folder or file")))


def _imported(
    path: Path,
    title: str | None,
    excerpting: Excerpting | None,
    genre_from: GenreFrom | None,
    progress: ProgressLine,
) -> Collection:
    if path.is_file() and genre_from is not None and not is_archive_name(path.name):
        raise ConfigError(f"--genre-from is for folders of music and archives of them, got {path.name}.")
    if path.is_file() and is_feature_file(path.name):
        if excerpting is not None:
            raise ConfigError(f"{path.name} holds features, not sound: leave --excerpts and its like out.")
        return import_feature_path(path, title=title)
    if path.is_file() and is_archive_name(path.name):
        reporter = progress.reporter()
        return _complete(
            import_archive(path, title=title, excerpting=excerpting, genre_from=genre_from, reporter=reporter)
        )
    if path.is_file():
        require_importable(path.name)
    return import_folder(
        path,
        title=title,
        excerpting=excerpting,
        genre_from=genre_from,
        on_progress=counting(progress.reporter(), f"Importing {path.name}"),
        on_listened=on_listened(progress),
    )


def _complete(collection: Collection | None) -> Collection:
    if collection is None:
        raise CollectionError("Stopped before the collection was complete.")
    return collection


def _one_collection(collection: Collection, *, unchanged: bool = False) -> Answer:
    skipped = [asdict(file) for file in collection.skipped]
    read_from = kept_genre_from(collection.id) if collection.kind == "folder" else None
    artists = {facts.artist for facts in collection.facts.values() if facts.artist}
    values = {
        "id": collection.id,
        "title": collection.title,
        "kind": collection.kind,
        "n_clips": len(collection.clips),
        "counts": collection.counts,
        "source": collection.source,
        "licence": collection.licence,
        "synthetic": collection.synthetic,
        "fingerprint": collection.fingerprint,
        "genre_from": read_from.to_dict() if read_from is not None else None,
        "n_artists": len(artists),
        "skipped": skipped,
        "excerpting": None if collection.excerpting is None else collection.excerpting.to_dict(),
        "n_excerpts": sum(clip.passage is not None for clip in collection.clips),
        "left_out": [asdict(file) for file in collection.left_out],
        "unchanged": unchanged,
    }
    values["front_ends"] = [front_end.to_dict() for front_end in collection.front_ends]
    counts = ", ".join(f"{genre} {n}" for genre, n in collection.counts.items())
    there = ", already there, unchanged" if unchanged else ""
    lines = [f"{collection.title} ({collection.id}): {len(collection.clips)} clips{there}", counts]
    if read_from is not None:
        table = f" {read_from.table}" if read_from.table else ""
        n_artists = f"{len(artists):,} artist{'' if len(artists) == 1 else 's'}"
        lines.append(f"genres read from {read_from.text}{table}; {n_artists} known")
    if not collection.has_audio:
        titles = ", ".join(front_end.title for front_end in collection.front_ends)
        lines.append(f"no audio; it has {holdings(collection)}: {titles}")
    lines += filter(None, [excerpts_sentence(collection)])
    lines += together_sentences(collection.related)
    if likely := likely_sentence(collection.related):
        lines.append(f"{likely} {LIKELY_HINT}")
    lines += first_lines([f"skipped {file.name}: {file.reason}" for file in collection.skipped])
    if n_out := len(collection.left_out):
        lines.append(
            f"{n_out:,} clip{'' if n_out == 1 else 's'} left out by the mapping of genres; --genres lists them"
        )
    return Answer(values, "\n".join(lines))
