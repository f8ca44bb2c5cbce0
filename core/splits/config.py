"""What decides a split: protocol, shares, folds, seed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import ConfigError, NewerConfigError
from core.files import require_known_fields
from core.splits.protocols import PROTOCOLS, Protocol, key_of, protocol_title

DEFAULT_EXCERPTS = 10
"""Excerpts of a clip: 3 s each of GTZAN's 30 s, as most public notebooks cut it."""
MAX_EXCERPTS = 60
SHORTEST_EXCERPT_S = 0.5
MAX_COLUMN_NAME = 40
_HASH_LENGTH = 64
_ADDED_LATER = {"n_excerpts": None, "group_column": "", "join_likely": False}
"""Fields that older stored configurations do not have; not written at these values, so that their hashes stay."""
_ABSENT = object()


@dataclass(frozen=True, kw_only=True)
class SplitConfig:
    """How clips are divided.

    Attributes
    ----------
    protocol : str
        A key of `core.splits.protocols.PROTOCOLS`.
    test_fraction, validation_fraction : float
        Shares of all clips, 0.05 to 0.5 and together at most 0.8. With folds the test share is one in ``n_folds``. A
        fixed partition has its own shares; a file without validation clips gives ``validation_fraction`` of all.
    seed : int or None
        None takes the seed of the run, which then decides split, weights and batches together; a number holds the split
        still while runs differ in their seeds.
    n_folds : int or None
        2 to 20: the clips are divided into so many folds, each of which is the test part of one run.
    fold : int
        Which fold is tested, from 1.
    join_findings : bool
        With a protocol that joins: clips that the quality check found to repeat one another stay together too.
    file : str
        SHA-256 of the stored file (see `core.splits.own_file`) of a protocol that takes one, as 64 hexadecimal digits.
    file_name : str
        What that file was called, for people.
    n_excerpts : int or None
        With a protocol that takes excerpts, 2 to 60: each clip is cut into so many equally long ones, and it is these
        that are divided, learnt from and tested. None divides the clips as they are, where they are segments already.
    group_column : str
        With a protocol that takes a column: that of the collection's facts (`ClipFacts.columns`) whose values keep
        clips together.
    join_likely : bool
        With a protocol that joins: clips that are likely, but not for certain, of one recording stay together too (see
        `core.clips.related`).
    """

    protocol: str = "clip"
    test_fraction: float = 0.2
    validation_fraction: float = 0.16
    seed: int | None = None
    n_folds: int | None = None
    fold: int = 1
    join_findings: bool = False
    file: str = ""
    file_name: str = ""
    n_excerpts: int | None = None
    group_column: str = ""
    join_likely: bool = False

    def __post_init__(self) -> None:
        if self.protocol not in PROTOCOLS:
            raise ConfigError(
                f"Split protocol: expected one of {', '.join(PROTOCOLS)}, got {self.protocol!r}.", field="protocol"
            )
        for name, field in (("Test share", "test_fraction"), ("Validation share", "validation_fraction")):
            share = getattr(self, field)
            if isinstance(share, bool) or not isinstance(share, int | float) or not 0.05 <= share <= 0.5:
                raise ConfigError(f"{name}: expected a value from 0.05 to 0.5, got {share!r}.", field=field)
        if self.seed is not None:
            _whole("Seed of the split", self.seed, 0, 2**32 - 1, field="seed")
        _whole("Fold", self.fold, 1, 20, field="fold")
        if self.n_folds is not None:
            self._check_folds(self.n_folds)
        if self.share_of_test + self.validation_fraction > 0.8:
            raise ConfigError("At least a fifth of the clips must be left to train on.", field="validation_fraction")
        for field in ("join_findings", "join_likely"):
            if getattr(self, field) and not self.rules.joins:
                joining = ", ".join(each.id for each in PROTOCOLS.values() if each.joins)
                raise ConfigError(
                    f"{self.rules.title} keeps nothing more together; only {joining} can.",
                    field=field,
                )
        self._check_file()
        self._check_excerpts()
        self._check_column()

    def _check_excerpts(self) -> None:
        if self.n_excerpts is None:
            return
        if not self.rules.takes_excerpts:
            raise ConfigError(
                f"{self.rules.title} does not cut clips; leave out the number of excerpts.",
                field="n_excerpts",
            )
        _whole("Excerpts of a clip", self.n_excerpts, 2, MAX_EXCERPTS, field="n_excerpts")

    def _check_column(self) -> None:
        column = self.group_column
        if self.rules.takes_column:
            if not isinstance(column, str) or not column.strip() or len(column) > MAX_COLUMN_NAME:
                raise ConfigError(
                    f"Group column: expected a name of 1 to {MAX_COLUMN_NAME} characters, got {column!r}.",
                    field="group_column",
                )
        elif column:
            raise ConfigError(f"{self.rules.title} takes no group column.", field="group_column")

    def _check_folds(self, n_folds: int) -> None:
        if not self.rules.foldable:
            foldable = ", ".join(each.id for each in PROTOCOLS.values() if each.foldable)
            raise ConfigError(f"{self.rules.title} has no folds; only {foldable} have.", field="n_folds")
        _whole("Number of folds", n_folds, 2, 20, field="n_folds")
        if self.fold > n_folds:
            raise ConfigError(f"Fold: expected 1 to {n_folds}, got {self.fold}.", field="fold")

    def _check_file(self) -> None:
        if self.rules.takes_file:
            if len(self.file) != _HASH_LENGTH or not set(self.file) <= set("0123456789abcdef"):
                raise ConfigError(
                    "Own file: expected the SHA-256 of the stored file. Upload the file again.", field="file"
                )
        elif self.file or self.file_name:
            raise ConfigError(f"{self.rules.title} takes no file.", field="file")
        if len(self.file_name) > 200:
            raise ConfigError("The name of the split file is longer than 200 characters.", field="file")

    @property
    def rules(self) -> Protocol:
        """What the table says of the protocol."""
        return PROTOCOLS[self.protocol]

    @property
    def cuts_clips(self) -> bool:
        """Whether excerpts take the place of clips."""
        return self.n_excerpts is not None

    @property
    def share_of_test(self) -> float:
        """Share of all clips that is tested: one fold, or ``test_fraction``."""
        return 1 / self.n_folds if self.n_folds is not None else self.test_fraction

    @property
    def key(self) -> str:
        """The protocol, with its column where it has one: ``"clip"``, ``"group:album"``."""
        return key_of(self.protocol, self.group_column)

    @property
    def unit(self) -> str:
        """What is learnt from and tested: ``"clip"``, or ``"excerpt"`` where clips are cut."""
        return "excerpt" if self.cuts_clips else "clip"

    @property
    def title(self) -> str:
        """Short name for lists: ``"By artist, fold 2 of 5"``; the whole truth is the split's `protocol`."""
        title = protocol_title(self.key) if self.rules.takes_column else self.rules.marked_title
        return title if self.n_folds is None else f"{title}, fold {self.fold} of {self.n_folds}"

    def ground(self, seed: int) -> tuple[object, ...]:
        """What decides which clips are tested: equal for two runs of one collection exactly when their test parts are.

        Parameters
        ----------
        seed : int
            Of the run.
        """
        if self.rules.is_fixed:
            return (self.protocol,)
        if self.rules.takes_file:
            return (self.protocol, self.file)
        drawn = self.seed if self.seed is not None else seed
        if self.n_folds is not None:
            return (self.key, self._joined, drawn, self.n_folds, self.fold)
        # Groups are shared out to all parts at once, so there the validation share moves test clips too.
        shares = self._shares if self.rules.keeps_groups else (self.test_fraction,)
        cut = () if self.n_excerpts is None else (self.n_excerpts,)
        return (self.key, self._joined, drawn, *shares, *cut)

    @property
    def _joined(self) -> object:
        return (self.join_findings, "likely") if self.join_likely else self.join_findings

    @property
    def _shares(self) -> tuple[float, float]:
        return self.test_fraction, self.validation_fraction

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `split_config_from_dict` reads them back."""
        values = asdict(self)
        return {name: value for name, value in values.items() if _ADDED_LATER.get(name, _ABSENT) != value}


def _whole(name: str, value: int, low: int, high: int, *, field: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{name}: expected a whole number from {low} to {high}, got {value!r}.", field=field)


def split_config_from_dict(values: Mapping[str, Any]) -> SplitConfig:
    """Split configuration from plain values; `ConfigError` names what is wrong."""
    try:
        require_known_fields(SplitConfig, values, "The split configuration", error=NewerConfigError)
        return SplitConfig(**values)
    except TypeError as error:
        raise ConfigError(f"The split configuration is not valid: {error}.") from error
