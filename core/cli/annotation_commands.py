"""``collections --annotations``: what people said of the clips of a collection, written as CSV and read from one."""

import argparse
from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import Any

from core.cli.console import Answer, ProgressLine, first_lines, table_text
from core.cli.lookup import find_collection, typed_path
from core.collections.annotation_changes import annotate_clips
from core.collections.annotation_csv import MAX_BYTES, annotations_csv, read_annotations_csv
from core.collections.annotations import load_annotations
from core.collections.corrections import corrections_of
from core.collections.registry import load_collection
from core.errors import CollectionError, ConfigError
from core.files import storage_errors, write_atomically
from core.names import readable_name

_MOST_ROWS = 50
_LONGEST_NOTE = 60


def add_annotation_options(command: argparse.ArgumentParser) -> None:
    """Options that go with ``--annotations``, which itself is one of the command's actions."""
    group = command.add_argument_group("with --annotations")
    group.add_argument("--csv", metavar="FILE.csv", help="write tags, notes, right genres and excluded clips")
    group.add_argument(
        "--from-csv",
        metavar="FILE.csv",
        help="say of the clips in this file what it says (clip and any of right_genre, tags, note and excluded), in "
        "place of what was said of them",
    )


def require_annotations(options: Namespace) -> None:
    """`ConfigError` where one of these options is given without ``--annotations``."""
    for name, given in (("--csv", options.csv), ("--from-csv", options.from_csv)):
        if given is not None:
            raise ConfigError(f"{name} needs --annotations.")


def run_annotations(options: Namespace, progress: ProgressLine) -> Answer:
    """List what is said of the clips of a collection, after taking in a file where that is asked for."""
    collection_id = find_collection(options.annotations, progress).id
    n_changed: int | None = None
    unknown: tuple[str, ...] = ()
    if options.from_csv is not None:
        whole = load_collection(collection_id, with_excluded=True)
        content = _content(typed_path(options.from_csv, "a .csv file"))
        read = read_annotations_csv(content, whole, load_annotations(collection_id))
        labels = {clip.name: clip.genre for clip in whole.clips}
        n_changed, unknown = annotate_clips(collection_id, read.words, labels=labels), read.unknown
    if options.csv is not None:
        path = typed_path(options.csv, "a .csv file")
        text = annotations_csv(load_collection(collection_id, with_excluded=True), load_annotations(collection_id))
        with storage_errors(path.parent):
            write_atomically(path, text.encode("utf-8-sig"))
    return _answer(collection_id, n_changed, unknown, options.csv)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CollectionError(f"The list of annotations {path} cannot be read ({error.strerror}).") from error


def _answer(collection_id: str, n_changed: int | None, unknown: tuple[str, ...], written: str | None) -> Answer:
    whole = load_collection(collection_id, with_excluded=True)
    said = {name: entry for name, entry in load_annotations(collection_id).items() if name in whole.by_name}
    right = {each.clip: each for each in corrections_of(whole)}
    tags = Counter(tag for entry in said.values() for tag in entry.tags)
    clips: list[dict[str, Any]] = [
        {
            "clip": clip.name,
            "label": clip.genre,
            "right_genre": right[clip.name].genre if clip.name in right else None,
            "tags": list(said[clip.name].tags),
            "note": said[clip.name].note,
            "excluded": None if (out := said[clip.name].exclusion) is None else out.reason,
        }
        for clip in whole.clips
        if clip.name in said
    ]
    values = {
        "id": whole.id,
        "title": whole.title,
        "clips": clips,
        "tags": dict(tags.most_common()),
        "n_corrected": sum(not each.is_settled for each in right.values()),
        "n_excluded": sum(entry.exclusion is not None for entry in said.values()),
        "n_changed": n_changed,
        "not_in_collection": list(unknown),
        "file": written,
    }
    lines = [
        f"{whole.title} ({whole.id}): {len(said):,} of {len(whole.clips):,} clips annotated, "
        f"{values['n_corrected']:,} with a corrected label, {values['n_excluded']:,} excluded"
    ]
    if n_changed is not None:
        lines.append(f"{n_changed:,} clip{'' if n_changed == 1 else 's'} changed")
    if clips:
        header = ("clip", "label", "right genre", "tags", "note", "excluded")
        lines.append(table_text(header, [_row(each) for each in clips[:_MOST_ROWS]]))
    if len(clips) > _MOST_ROWS:
        lines.append(f"and {len(clips) - _MOST_ROWS:,} more; --csv writes all of them")
    lines += first_lines([f"not in this collection: {clip}" for clip in unknown])
    if written:
        lines.append(f"{written}: {len(said):,} clips")
    return Answer(values, "\n".join(lines))


def _row(said: dict[str, Any]) -> tuple[str, ...]:
    note = " ".join(said["note"].split())
    cut = note if len(note) <= _LONGEST_NOTE else f"{note[: _LONGEST_NOTE - 1]}…"
    shown = (said["clip"], said["label"], said["right_genre"], "; ".join(said["tags"]), cut, said["excluded"])
    return tuple(readable_name(text or "-") for text in shown)
