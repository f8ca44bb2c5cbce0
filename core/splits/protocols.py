"""The table of protocols: one entry for each, and all that the rest of the program asks of one.

A new protocol is a file with what makes its split, an entry here, and one in `core.splits.make.MAKERS`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """A way of dividing clips.

    Attributes
    ----------
    id : str
        Name in stored configurations: ``protocol`` of a `core.splits.config.SplitConfig`.
    title : str
        Name for people in lists, labels and charts.
    about : str
        What it does, in a sentence or two, where it is offered.
    in_words : str
        How the clips were divided, at the end of a sentence: ``"divided by artist"``.
    drawn : bool
        Whether the parts are drawn with a seed, in shares that can be chosen.
    foldable : bool
        Whether it can be turned through, so that each clip is tested once.
    keeps_groups : bool
        Whether groups of clips that the collection knows stay together.
    joins : bool
        Whether what else belongs together can be kept together besides: clips that are likely of one recording, and
        repeats that the quality check found.
    takes_excerpts, takes_column, takes_file : bool
        Whether clips can be cut into excerpts, clips are grouped by a column of the collection's own, the parts are
        those of a stored file.
    is_wrong : bool
        Whether it lets so much leak that it is shown as a warning only.
    is_strict : bool
        Whether a model is tested on artists that it did not learn from, as far as they are known, or on the partition
        that the collection was published with.
    """

    id: str
    title: str
    about: str
    in_words: str
    drawn: bool = False
    foldable: bool = False
    keeps_groups: bool = False
    joins: bool = False
    takes_excerpts: bool = False
    takes_column: bool = False
    takes_file: bool = False
    is_wrong: bool = False
    is_strict: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether the collection brings the parts: there are neither shares nor a seed to choose."""
        return not self.drawn and not self.takes_file

    @property
    def needs_known_groups(self) -> bool:
        """Whether it is stricter than by clip because of something that every collection may know of its clips."""
        return (self.keeps_groups and not self.takes_column) or self.is_fixed

    @property
    def marked_title(self) -> str:
        """The title, marked where the protocol is wrong."""
        return f"{self.title} (wrong)" if self.is_wrong else self.title


PROTOCOLS: dict[str, Protocol] = {
    protocol.id: protocol
    for protocol in (
        Protocol(
            id="segment-random",
            title="Segments at random",
            about="Segments are drawn at random, whichever recording they come from. Wrong, but what most public "
            "notebooks do: the model is tested on recordings that were also used for training.",
            in_words="with segments divided at random",
            drawn=True,
            takes_excerpts=True,
            is_wrong=True,
        ),
        Protocol(
            id="clip",
            title="By clip",
            about="Clips are drawn at random, stratified by genre; parts of one recording stay together. Clips of the "
            "same artist, and listed repeats, may be in both the training set and the test set.",
            in_words="divided by clip",
            drawn=True,
            foldable=True,
            joins=True,
        ),
        Protocol(
            id="repeat",
            title="By repeat group",
            about="Like by clip, but clips that repeat one another stay together.",
            in_words="divided by repeat group",
            drawn=True,
            foldable=True,
            keeps_groups=True,
            joins=True,
        ),
        # What a collection's own column keeps apart is not known beforehand.
        Protocol(
            id="group",
            title="By group column",
            about="All clips with the same value in a column of the collection stay together, and so do repeats. The "
            "column may be an album, a label or a recording session. A clip without a value is a group of its own.",
            in_words="divided by group column",
            drawn=True,
            foldable=True,
            keeps_groups=True,
            joins=True,
            takes_column=True,
        ),
        Protocol(
            id="artist",
            title="By artist",
            about="All clips of an artist stay together, and so do repeats: the model is tested on artists that it "
            "was not trained on. A clip of unknown artist counts as a separate artist.",
            in_words="divided by artist",
            drawn=True,
            foldable=True,
            keeps_groups=True,
            joins=True,
            is_strict=True,
        ),
        Protocol(
            id="fault-filtered",
            title="Fault-filtered",
            about="The published partition of GTZAN without its faults (Kereliuk, Sturm, Larsen 2015): no artist is "
            "on both sides, repeats and corrupt clips are left out. Of other collections, the partition that they were "
            "published with: FMA's own, train and test folders, a table's column, a clips.csv.",
            in_words="on the fault-filtered split",
            is_strict=True,
        ),
        Protocol(
            id="file",
            title="Own file",
            about="Your own CSV gives the part of each clip.",
            in_words="divided by a file",
            takes_file=True,
        ),
    )
}
"""From the protocol that lets most leak to the strictest; a file of one's own stands apart."""


def key_of(protocol: str, column: str) -> str:
    """A protocol, with its column where it has one: ``"clip"``, ``"group:album"``."""
    return f"{protocol}:{column}" if PROTOCOLS[protocol].takes_column else protocol


def protocol_of(key: str) -> Protocol:
    """The protocol of a `key_of`."""
    return PROTOCOLS[key.partition(":")[0]]


def protocol_title(key: str) -> str:
    """Title of a protocol by its `key_of`: ``"By clip"``, ``"By album"``."""
    _, colon, column = key.partition(":")
    return f"By {column}" if colon else protocol_of(key).title
