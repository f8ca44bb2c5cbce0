"""Finding runs among many: by words, and by what they are of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.names import text_key
from core.runs.record import Run
from core.splits.protocols import protocol_title


@dataclass(frozen=True, kw_only=True)
class RunFilter:
    """What runs are looked for; what is empty lets all pass.

    Attributes
    ----------
    text : str
        All its words are in what is said of the run (`search_text`).
    statuses, collections, models, protocols : tuple of str
        One of these: status, title of the collection, `Run.model_kind`, title of the protocol without fold.
    genres : tuple of str
        All of these are among those that it tells apart.
    tags : tuple of str
        It has one of these, whatever the capitals.
    since, until : float or None
        Unix time: created from the one on, and before the other.
    archived : bool
        Archived runs as well.
    """

    text: str = ""
    statuses: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None
    archived: bool = False

    @property
    def n_conditions(self) -> int:
        """How many of them say something, archived runs and words not counted."""
        lists = (self.statuses, self.collections, self.models, self.protocols, self.genres, self.tags)
        return sum(map(bool, lists)) + (self.since is not None or self.until is not None)

    def fits(self, run: Run) -> bool:
        """Whether a run is among those that are looked for."""
        return (
            (self.archived or not run.archived)
            and (not self.statuses or run.status in self.statuses)
            and (not self.collections or run.collection_title in self.collections)
            and (not self.models or run.model_kind in self.models)
            and (not self.protocols or protocol_of_run(run) in self.protocols)
            and set(self.genres) <= set(run.config.genres)
            and (not self.tags or not {text_key(tag) for tag in self.tags}.isdisjoint(map(text_key, run.tags)))
            and (self.since is None or run.created_at >= self.since)
            and (self.until is None or run.created_at < self.until)
            and self._has_words(run)
        )

    def _has_words(self, run: Run) -> bool:
        words = self.text.casefold().split()
        if not words:
            return True
        said = search_text(run)
        return all(word in said for word in words)


def find_runs(runs: Iterable[Run], wanted: RunFilter) -> tuple[Run, ...]:
    """Those that fit, in the order given."""
    return tuple(run for run in runs if wanted.fits(run))


def search_text(run: Run) -> str:
    """All that is said of a run, in small letters, for words to be found in."""
    config = run.config
    parts: Sequence[str] = (
        config.name,
        run.model_kind,
        run.collection_title,
        *config.genres,
        run.id,
        str(config.seed),
        config.split.title,
        run.group_place,
        run.group_label,
        *run.tags,
        run.note,
        "comes with Genre Lab" if run.shipped else "",
    )
    return " ".join(parts).casefold()


def protocol_of_run(run: Run) -> str:
    """Title of a run's protocol, whichever fold it tests."""
    split = run.config.split
    return protocol_title(split.key) if split.rules.takes_column else split.rules.marked_title
