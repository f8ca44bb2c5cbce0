"""Options that say how clips are divided."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.clips.collection import Collection
from core.errors import ConfigError, SplitError
from core.splits.config import DEFAULT_EXCERPTS, SplitConfig
from core.splits.groups import columns_of
from core.splits.own_file import MAX_BYTES, keep_split_file
from core.splits.protocols import PROTOCOLS, Protocol
from core.splits.segments import excerpts_to_cut
from core.splits.together import joins_findings, likely_sentence, together_sentences

LIKELY_HINT = "To keep them together, train with --join-likely."


def add_split_options(command: argparse.ArgumentParser) -> None:
    """Add the options of a split to a command."""
    cutting = _ids(lambda each: each.takes_excerpts)
    foldable = _ids(lambda each: each.foldable)
    command.add_argument("--split", choices=list(PROTOCOLS), help="split protocol (default: clip)")
    command.add_argument(
        "--group-column", metavar="NAME", help="column of clips.csv or of the table, for --split group"
    )
    command.add_argument(
        "--excerpts",
        type=int,
        help=f"number per clip, for --split {cutting} (default: {DEFAULT_EXCERPTS} of 5 s or more)",
    )
    command.add_argument(
        "--split-file", metavar="CSV", help="file with columns clip and part (train, validation, test)"
    )
    command.add_argument(
        "--join-likely",
        action="store_true",
        help="keep clips together that are likely, but not for certain, of one recording (collections --import lists "
        f"them), for {_ids(lambda each: each.joins)}",
    )
    command.add_argument(
        "--join-findings",
        action=argparse.BooleanOptionalAction,
        help="keep repeats together that the quality check found (default: yes, unless the collection lists repeats)",
    )
    command.add_argument("--split-seed", type=int, help="keep the same split for every --seed")
    command.add_argument("--folds", type=int, help=f"number of folds, for {foldable}")
    command.add_argument("--fold", type=int, help="fold to test, from 1 (default: 1)")
    command.add_argument("--test-fraction", type=float, help="share of the clips in the test set (default: 0.2)")
    command.add_argument(
        "--validation-fraction", type=float, help="share of the clips in the validation set (default: 0.16)"
    )


def together_lines(split: SplitConfig, collection: Collection) -> list[str]:
    """What a split keeps together and why, and what may belong together besides, for people."""
    if not split.rules.joins:
        return []
    lines = list(together_sentences(collection.related))
    if likely := likely_sentence(collection.related):
        lines.append(f"{likely} {'They are kept together.' if split.join_likely else LIKELY_HINT}")
    return lines


def split_from_options(options: argparse.Namespace, collection: Collection) -> SplitConfig:
    """The split that the options ask for; a file is checked and kept with the collection."""
    given: dict[str, Any] = {
        "protocol": options.split,
        "test_fraction": options.test_fraction,
        "validation_fraction": options.validation_fraction,
        "seed": options.split_seed,
        "n_folds": options.folds,
        "fold": options.fold,
        "n_excerpts": options.excerpts,
        "group_column": options.group_column,
        "join_likely": options.join_likely or None,
        "join_findings": options.join_findings,
    }
    protocol = PROTOCOLS[options.split or ("file" if options.split_file is not None else SplitConfig.protocol)]
    if options.join_findings is None and joins_findings(collection, collection.clips, protocol):
        given["join_findings"] = True
    if options.excerpts is not None and not protocol.takes_excerpts:
        raise ConfigError(f"--excerpts needs --split {_ids(lambda each: each.takes_excerpts)}.")
    if options.group_column is not None and not protocol.takes_column:
        raise ConfigError(f"--group-column needs --split {_ids(lambda each: each.takes_column)}.")
    if protocol.takes_column and options.group_column is None:
        columns = ", ".join(columns_of(collection.clips, collection.facts)) or "none"
        raise ConfigError(f"--split {protocol.id} needs --group-column; the collection has {columns}.")
    if protocol.takes_excerpts and options.excerpts is None:
        given["n_excerpts"] = excerpts_to_cut(collection.clips, collection.facts)
    if options.fold is not None and options.folds is None:
        raise ConfigError("--fold needs --folds.")
    if options.split_file is not None:
        if options.split not in (None, "file"):
            raise ConfigError("--split-file needs --split file.")
        path = Path(options.split_file).expanduser()
        kept = keep_split_file(collection.id, collection.by_name, _content(path), name=path.name)
        given |= {"protocol": "file", "file": kept.id, "file_name": kept.name}
    elif options.split == "file":
        raise ConfigError("--split file needs --split-file.")
    return SplitConfig(**{name: value for name, value in given.items() if value is not None})


def _ids(asked: Callable[[Protocol], bool]) -> str:
    """The protocols of which something is true, as they are typed."""
    return ", ".join(protocol.id for protocol in PROTOCOLS.values() if asked(protocol))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise SplitError(f"The split file {path} cannot be read ({error.strerror}).") from error
