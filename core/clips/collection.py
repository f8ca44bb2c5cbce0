"""What a collection is: clips with one genre each, and what was left out and why."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from core.clips.clip import Clip, ClipFacts, SkippedFile
from core.clips.passages import Excerpting
from core.clips.related import Related, related_clips
from core.errors import CollectionError, FeatureError
from core.features.base import AudioFrontEnd, Features, require_audio_front_ends


def _described(front_end: Features) -> str:
    bands, frames = front_end.shape
    return f"“{front_end.title}” ({bands} values)" if frames == 1 else f"“{front_end.title}” ({bands} × {frames})"


@dataclass(frozen=True)
class Collection:
    """A genre-labelled set of clips.

    Attributes
    ----------
    id : str
        Stable, safe in a URL and as a folder name.
    title : str
    kind : str
        ``"demo"``, ``"folder"``, or ``"features"`` for one without audio.
    source, licence : str
        Where it comes from and what may be done with it.
    synthetic : bool
        True for music made by a program; pages must say so wherever a figure of it is shown.
    root : Path
        Folder of the audio; the file that was imported where there is none.
    clips : tuple of Clip
        Sorted by genre, then name.
    skipped : tuple of SkippedFile
    facts : mapping of clip name to ClipFacts
        What is known of clips besides their sound; clips of which nothing is known are not in it.
    labels : mapping of clip name to tuple of str
        What each clip's source says its genres are, as it is written there and in that order (``("Hip-Hop", "Pop")``),
        before it became one genre of the collection; clips whose genre is what their source says are not in it.
    excerpting : Excerpting or None
        How long files were cut at import; None where they are whole, and where there are none.
    written : mapping of clip name to str
        Genre, as its source says it, of each clip that a mapping of genres (`core.collections.genre_mapping`) gave
        another; all other clips are not in it.
    left_out : tuple of SkippedFile
        Clips that the mapping gives no genre, by name, and why.
    corrected : mapping of clip name to str
        Genre, before that, of each clip that has the genre which somebody says is right
        (`core.collections.corrections`); empty unless corrected labels were asked for.
    folder : Path or None
        The folder that was imported, where it is another one than ``root``, which it then holds.
    front_ends : tuple of Features
        Those whose features came with a collection without audio, which can have no others; empty where features are
        computed from audio.
    """

    id: str
    title: str
    kind: str
    source: str
    licence: str
    synthetic: bool
    root: Path
    clips: tuple[Clip, ...]
    skipped: tuple[SkippedFile, ...] = ()
    facts: Mapping[str, ClipFacts] = field(default_factory=dict, hash=False)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    excerpting: Excerpting | None = None
    written: Mapping[str, str] = field(default_factory=dict, hash=False)
    left_out: tuple[SkippedFile, ...] = ()
    corrected: Mapping[str, str] = field(default_factory=dict, hash=False)
    folder: Path | None = None
    front_ends: tuple[Features, ...] = ()

    @property
    def has_audio(self) -> bool:
        """Whether features are computed from audio; otherwise ``front_ends`` names those that there are."""
        return not self.front_ends

    def require_front_ends(self, front_ends: Iterable[Features]) -> None:
        """`FeatureError` unless features by these front ends are here or can be computed."""
        front_ends = list(front_ends)
        if self.has_audio:
            unfit = [front_end for front_end in front_ends if not isinstance(front_end, AudioFrontEnd)]
            if not unfit:
                require_audio_front_ends(front_ends)
            reason = "computes features from audio"
        else:
            unfit = [front_end for front_end in front_ends if front_end not in self.front_ends]
            reason = f"has only {' and '.join(_described(front_end) for front_end in self.front_ends)}"
        if unfit:
            raise FeatureError(
                f"{self.title} {reason}; {_described(unfit[0])} cannot be computed from it. "
                + ("Choose another front end." if self.has_audio else "Choose that, or a collection with audio.")
            )

    @cached_property
    def genres(self) -> tuple[str, ...]:
        """Genres in alphabetical order."""
        return tuple(sorted({clip.genre for clip in self.clips}))

    @cached_property
    def by_name(self) -> dict[str, Clip]:
        """Clips by their name."""
        return {clip.name: clip for clip in self.clips}

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of clips by genre, genres in alphabetical order."""
        counts = dict.fromkeys(self.genres, 0)
        for clip in self.clips:
            counts[clip.genre] += 1
        return counts

    @cached_property
    def related(self) -> Related:
        """Which clips are of one recording, for certain and likely."""
        return related_clips(self.clips, self.facts)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the clips' names, genres and sizes: the same files give the same fingerprint on any machine."""
        digest = hashlib.sha256()
        for clip in self.clips:
            # Features of the same shape are equally large: there it is their content that tells.
            content: int | str = clip.modified_ns if clip.path is None else clip.size_bytes
            if clip.passage is not None:
                content = f"{content}@{clip.passage.start_s:g}+{clip.duration_s:g}"
            digest.update(f"{clip.name}\0{clip.genre}\0{content}\n".encode())
        return digest.hexdigest()[:16]

    @cached_property
    def content_key(self) -> str:
        """Hash of the clips' keys and genres: what is computed from features of the clips may be kept under it."""
        digest = hashlib.blake2b(digest_size=16)
        for clip in self.clips:
            digest.update(f"{clip.key}\0{clip.genre}\n".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @cached_property
    def facts_key(self) -> int:
        """Hash of the facts, in this process only: they can change while the clips stay, as a clips.csv is mended."""
        return hash(frozenset(self.facts.items()))

    def genre_as_written(self, clip: Clip) -> str:
        """Genre of a clip before any mapping and any correction; of an excerpt, that of its clip."""
        name = clip.whole.name
        return self.written.get(name, self.corrected.get(name, clip.genre))

    def clip(self, name: str) -> Clip:
        """The clip of that name; `CollectionError` when there is none."""
        try:
            return self.by_name[name]
        except KeyError:
            raise CollectionError(
                f"{self.title} has no clip named {name!r}; it may have been removed. Rescan the collection on "
                "Collections."
            ) from None

    def relabelled(self, genres: Mapping[str, str]) -> "Collection":
        """The same clips, some with another genre.

        Parameters
        ----------
        genres : mapping of clip name to str
            Names that are not the collection's are passed over.
        """
        before = {name: clip.genre for name, clip in self.by_name.items() if genres.get(name, clip.genre) != clip.genre}
        if not before:
            return self
        clips = [replace(clip, genre=genres[clip.name]) if clip.name in before else clip for clip in self.clips]
        return replace(
            self,
            clips=tuple(sorted(clips, key=lambda clip: (clip.genre, clip.name))),
            corrected={**before, **self.corrected},
        )

    def subset(self, genres: Iterable[str]) -> "Collection":
        """The same collection with only these genres; `CollectionError` names the genres it lacks."""
        wanted = set(genres)
        if unknown := sorted(wanted - set(self.genres)):
            raise CollectionError(
                f"{self.title} has no genre {', '.join(unknown)}; it has {', '.join(self.genres) or 'none'}."
            )
        if wanted == set(self.genres):
            return self
        return replace(self, clips=tuple(clip for clip in self.clips if clip.genre in wanted))
