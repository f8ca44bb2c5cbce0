"""From a clip to the reasons of its verdict: a link that opens it on Classify, as the song."""

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.features.base import AudioFrontEnd
from core.runs.record import Run
from dashboard import navigation, services


def why_link(run: Run, collection: Collection, clip: Clip | None) -> None:
    """*Why?*, where the run can hear the clip; nothing where it cannot.

    Parameters
    ----------
    run : Run
    collection : Collection
        Of ``clip``; its sound may be in another one.
    clip : Clip or None
        An excerpt is explained as the whole clip that it is cut from.
    """
    hears = all(isinstance(each, AudioFrontEnd) and not each.why_not_here for each in run.config.front_ends)
    sound = None if clip is None or not hears else services.sound(collection, clip.whole)
    if clip is None or sound is None:
        return
    # A clip whose sound is only a part of another one is known by that part in its own collection alone.
    is_whole = sound.start_s is None
    navigation.page_link(
        "classify",
        "Why?",
        query={
            "runs": run.id,
            "collection": sound.collection_id if is_whole else collection.id,
            "clip": sound.clip.name if is_whole else clip.whole.name,
        },
        help="Opens the clip on Classify, where the verdict is explained: drawn over the player, heard, and what if.",
    )
