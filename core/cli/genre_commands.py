"""``collections --genres``: what the labels of a collection are, what they become, and changing that."""

import argparse
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from core.cli.console import Answer, ProgressLine, first_lines, table_text
from core.cli.lookup import find_collection, typed_path
from core.clips.collection import Collection
from core.collections.genre_changes import (
    alike,
    labels_of,
    mapping_of,
    proposals,
    save_mapping,
    undo_mapping,
    what_labels_become,
)
from core.collections.genre_csv import LEAVE_OUT, MAX_BYTES, mapping_csv, read_mapping_csv
from core.collections.genre_mapping import RULES, GenreMapping, Label, load_kept_mapping, load_mapping
from core.collections.registry import load_collection
from core.errors import CollectionError, ConfigError
from core.files import storage_errors, write_atomically

_CHANGES = ("mapping", "propose", "several", "min_clips", "as_written", "undo_genres")
_NAMES = ("--mapping", "--propose", "--several", "--min-clips", "--as-written", "--undo-genres")
_SEVERAL = {rule.replace(" ", "-"): rule for rule in RULES}


def add_genre_options(command: argparse.ArgumentParser) -> None:
    """Options that go with ``--genres``, which itself is one of the command's actions."""
    group = command.add_argument_group("with --genres")
    group.add_argument(
        "--mapping",
        metavar="FILE.csv",
        help="let labels become what this file says (columns label and becomes; empty or 'leave out' leaves one out)",
    )
    group.add_argument(
        "--export-mapping", metavar="FILE.csv", help="write labels, clips, artists and what each label becomes"
    )
    group.add_argument("--propose", action="store_true", help="apply what the list of synonyms proposes")
    group.add_argument(
        "--several",
        choices=list(_SEVERAL),
        help="what becomes of a clip with labels of several genres: the first, or it is left out",
    )
    group.add_argument("--min-clips", type=int, metavar="N", help="leave out genres of fewer clips")
    group.add_argument("--as-written", action="store_true", help="reset: genres as the source has them")
    group.add_argument("--undo-genres", action="store_true", help="take the last change back")


def require_genres(options: Namespace) -> None:
    """`ConfigError` where one of these options is given without ``--genres``."""
    given = [name for name, field in zip(_NAMES, _CHANGES, strict=True) if _is_given(options, field)]
    given += ["--export-mapping"] if options.export_mapping is not None else []
    if given:
        raise ConfigError(f"{given[0]} needs --genres.")


def _is_given(options: Namespace, field: str) -> bool:
    value = getattr(options, field)
    return value is not None and value is not False


def run_genres(options: Namespace, progress: ProgressLine) -> Answer:
    """Show the labels of a collection and what they become, after changing that where it is asked for."""
    collection_id = find_collection(options.genres, progress).id
    given = [name for name, field in zip(_NAMES, _CHANGES, strict=True) if _is_given(options, field)]
    alone = [name for name in given if name in ("--as-written", "--undo-genres")]
    if alone and len(given) > 1:
        other = next(name for name in given if name != alone[0])
        raise ConfigError(f"{alone[0]} cannot be used with {other}.")
    labels = labels_of(collection_id)
    unknown: tuple[str, ...] = ()
    if options.undo_genres:
        undo_mapping(collection_id)
    elif options.as_written:
        save_mapping(collection_id, None, replacing=load_mapping(collection_id))
    elif given:
        unknown = _change(options, collection_id, labels)
    becomes = what_labels_become(labels, load_mapping(collection_id))
    if options.export_mapping is not None:
        path = typed_path(options.export_mapping, "a .csv file")
        with storage_errors(path.parent):
            write_atomically(path, mapping_csv(labels, becomes).encode("utf-8-sig"))
    return _answer(load_collection(collection_id), labels, unknown, options.export_mapping or "")


def _change(options: Namespace, collection_id: str, labels: tuple[Label, ...]) -> tuple[str, ...]:
    """Save what the options ask for; labels of the file that the collection does not have."""
    known = load_mapping(collection_id)
    becomes = proposals(labels) if options.propose else {}
    unknown: tuple[str, ...] = ()
    if options.mapping is not None:
        read = read_mapping_csv(_content(typed_path(options.mapping, "a .csv file")), labels)
        becomes, unknown = becomes | read.becomes, read.unknown
    mapping = mapping_of(labels, becomes, like=known)
    mapping = GenreMapping(
        becomes=mapping.becomes,
        several=mapping.several if options.several is None else _SEVERAL[options.several],
        min_clips=mapping.min_clips if options.min_clips is None else options.min_clips,
    )
    save_mapping(collection_id, mapping, replacing=known)
    return unknown


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CollectionError(f"The mapping {path} cannot be read ({error.strerror}).") from error


def _answer(collection: Collection, labels: tuple[Label, ...], unknown: Sequence[str], exported: str) -> Answer:
    kept = load_kept_mapping(collection.id)
    becomes = what_labels_become(labels, kept.now)
    rules = kept.now or GenreMapping()
    values = {
        "id": collection.id,
        "title": collection.title,
        "as_written": kept.now is None,
        "several": rules.several,
        "min_clips": rules.min_clips,
        "labels": [
            {
                "label": label.name,
                "spellings": dict(label.spellings),
                "n_clips": label.n_clips,
                "n_artists": label.n_artists,
                "proposal": label.proposal,
                "becomes": becomes[label.key],
            }
            for label in labels
        ],
        "counts": collection.counts,
        "left_out": [{"name": file.name, "reason": file.reason} for file in collection.left_out],
        "not_in_collection": list(unknown),
        "can_undo": kept.now is not None or kept.before is not None,
        "file": exported or None,
    }
    rows = [
        (label.name, label.n_clips, label.n_artists or "-", _shown(label.proposal), becomes[label.key] or LEAVE_OUT)
        for label in labels
    ]
    n = len(labels)
    state = "genres as written" if kept.now is None else "genres by a mapping"
    lines = [f"{collection.title} ({collection.id}): {n:,} label{'' if n == 1 else 's'}, {state}"]
    lines.append(table_text(("label", "clips", "artists", "proposed", "becomes"), rows))
    counts = ", ".join(f"{genre} {n_clips:,}" for genre, n_clips in collection.counts.items())
    lines.append(f"genres: {counts or 'none'}")
    if kept.now is None and any(len(label.spellings) > 1 for label in labels):
        lines.append("Nothing is mapped yet: until then spellings of one label may be genres of their own.")
    lines += [f"{' and '.join(names)} are two genres: give them one name" for names in alike(collection.counts)]
    lines += first_lines([f"left out {file.name}: {file.reason}" for file in collection.left_out])
    lines += first_lines([f"not in this collection: {label}" for label in unknown])
    if exported:
        lines.append(f"{exported}: {len(labels):,} labels")
    return Answer(values, "\n".join(lines))


def _shown(proposal: str | None) -> str:
    return "-" if proposal is None else proposal or LEAVE_OUT
