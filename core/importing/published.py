"""Collections that others have published and Genre Lab can fetch: what they hold, from where, on what terms."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.collections.clip_facts import GTZAN_GENRES
from core.errors import CollectionError
from core.importing.register import Provenance
from core.settings import load_settings

GTZAN_LICENCE = "No clear licence; commercial recordings collected for research"
_FEATURE_BYTES_PER_CLIP = 400_000
"""Mel spectrogram and numeric features of 30 s, and room to spare."""


@dataclass(frozen=True, kw_only=True)
class PublishedCollection:
    """One archive that can be fetched.

    Attributes
    ----------
    id, title : str
    summary : str
        One line for people on what is in it.
    file_name : str
        Of the archive.
    md5 : str
        Of the archive, lower-case hexadecimal.
    archive_bytes, unpacked_bytes : int
        About; servers that state no size are believed to send this much.
    n_clips : int
    source, licence : str
    setting : str
        Field of `core.settings.Settings` that holds the address.
    n_first : int
        Of each genre it holds GTZAN's first so many clips.
    """

    id: str
    title: str
    summary: str
    file_name: str
    md5: str
    archive_bytes: int
    unpacked_bytes: int
    n_clips: int
    source: str
    licence: str
    setting: str
    n_first: int

    @property
    def held_names(self) -> frozenset[str]:
        """Names of the clips of GTZAN that it holds."""
        return frozenset(f"{genre}.{number:05d}" for genre in GTZAN_GENRES for number in range(self.n_first))

    def n_held(self, names: Iterable[str]) -> int:
        """How many of these clips of GTZAN, each counted once, it holds."""
        return len(self.held_names.intersection(names))

    @property
    def url(self) -> str:
        """Address in force."""
        return str(getattr(load_settings(), self.setting))

    @property
    def disk_bytes(self) -> int:
        """What the clips and their features take when all is done."""
        return self.unpacked_bytes + self.n_clips * _FEATURE_BYTES_PER_CLIP

    @property
    def provenance(self) -> Provenance:
        """For the registry."""
        return Provenance(id=self.id, title=self.title, source=self.source, licence=self.licence)


GTZAN_MINI = PublishedCollection(
    id="gtzan-mini",
    title="GTZAN mini",
    summary="100 real clips of 30 seconds, 10 of each genre: real music at a tenth of the size.",
    file_name="gtzan_mini-main.zip",
    md5="44f7f23af8363d96c59663a987f29a4c",
    archive_bytes=120_000_000,
    unpacked_bytes=135_000_000,
    n_clips=100,
    source="GTZAN clips (Tzanetakis and Cook, 2002), the excerpt of the ISMIR 2021 beat-tracking tutorial, "
    "github.com/TempoBeatDownbeat/gtzan_mini",
    licence=GTZAN_LICENCE,
    setting="gtzan_mini_url",
    n_first=10,
)
GTZAN = PublishedCollection(
    id="gtzan",
    title="GTZAN",
    summary="1,000 real clips of 30 seconds, 100 of each genre: the collection of the study.",
    file_name="genres.tar.gz",
    md5="5b3d6dddb579ab49814ab86dba69e7c7",
    archive_bytes=1_226_000_000,
    unpacked_bytes=1_330_000_000,
    n_clips=1000,
    source="GTZAN (Tzanetakis and Cook, 2002), the copy at huggingface.co/datasets/marsyas/gtzan",
    licence=GTZAN_LICENCE,
    setting="gtzan_url",
    n_first=100,
)
PUBLISHED = {published.id: published for published in (GTZAN_MINI, GTZAN)}


def published_collection(collection_id: str) -> PublishedCollection:
    """The published collection of that id; `CollectionError` names those there are."""
    try:
        return PUBLISHED[collection_id]
    except KeyError:
        raise CollectionError(
            f"Expected a collection to download ({', '.join(PUBLISHED)}), got {collection_id!r}."
        ) from None


def published_by_md5(md5: str) -> PublishedCollection | None:
    """The published collection whose archive has this checksum, however the file came here."""
    return next((published for published in PUBLISHED.values() if published.md5 == md5), None)
