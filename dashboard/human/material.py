"""What a quiz is made of: clips whose genre is known and whose sound is here. Nothing here draws."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.excerpts import find_clip, whole_name
from core.clips.sound import middle_wav
from core.collections.sound import heard_clips
from core.errors import AudioError, GenreLabError
from core.runs.named_clips import named_clips
from core.runs.record import Run
from dashboard import services


@dataclass(frozen=True, eq=False, kw_only=True)
class Material:
    """Clips to ask, with what is right.

    Attributes
    ----------
    collection : Collection
        That the clips are of.
    run : Run or None
        Whose test clips they are; None where all clips of the collection may be asked.
    truth : mapping of clip name to genre
    genres : tuple of str
        To choose from.
    audible : tuple of str
        Names of the clips whose sound is here.
    """

    collection: Collection
    run: Run | None
    truth: Mapping[str, str]
    genres: tuple[str, ...]
    audible: tuple[str, ...]

    @property
    def title(self) -> str:
        """Whose clips they are; no Markdown."""
        title = self.collection.title
        return title if self.run is None else f"{self.run.config.name} ({self.run.id[:6]}) on {title}"

    def clip(self, name: str) -> Clip | None:
        """The clip, or the excerpt of one, of that name; None where it is no longer there."""
        if self.run is None:
            return self.collection.by_name.get(name)
        return find_clip(self.collection, name, self.run.config.split.n_excerpts, self.run.config.front_end)

    def wav(self, name: str, listen_s: float | None) -> bytes:
        """What is heard of a clip: samples alone, without its tags.

        Raises
        ------
        AudioError
            It cannot be heard. The message may name its file: do not show it before the quiz is over.
        """
        clip = self.clip(name)
        sound = None if clip is None else services.sound(self.collection, clip)
        if sound is None:
            raise AudioError("The clip cannot be heard here.")
        return middle_wav(sound.clip, start_s=sound.start_s or 0.0, end_s=sound.end_s, longest_s=listen_s)


def material_of_run(run: Run) -> Material:
    """The test clips of a finished run; `GenreLabError` where its predictions cannot be read."""
    predictions = services.predictions(run.id)
    try:
        collection = services.collection(run.config.collection_id, corrected=run.config.corrected_labels)
    except GenreLabError:
        collection = named_clips(run, predictions)
    heard = {clip.name for clip in heard_clips(collection)}
    truth = {
        str(name): str(genre)
        for name, genre in zip(predictions.table["clip"], predictions.table["actual"], strict=True)
    }
    cut = run.config.split.n_excerpts
    return Material(
        collection=collection,
        run=run,
        truth=truth,
        genres=predictions.genres,
        audible=tuple(name for name in truth if whole_name(name, cut) in heard),
    )


def material_of_collection(collection_id: str) -> Material:
    """All clips of a collection; `CollectionError` where it is not ready."""
    collection = services.collection(collection_id)
    return Material(
        collection=collection,
        run=None,
        truth={clip.name: clip.genre for clip in collection.clips},
        genres=collection.genres,
        audible=tuple(clip.name for clip in heard_clips(collection)),
    )
