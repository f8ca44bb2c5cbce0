"""The reading by the tags of the files themselves."""

from collections.abc import Mapping

from core.importing.readings.library import Library
from core.importing.readings.spec import TAGS, GenreFrom
from core.importing.readings.tags import Tags
from core.importing.readings.told import Reading


def by_tags(library: Library, tags: Mapping[str, Tags]) -> Reading:
    """What the tags say of those files that were looked at."""
    return Reading(
        genre_from=GenreFrom(kind=TAGS),
        title="Tags in the files",
        told={path: found.told for path, found in tags.items()},
        n_all=len(library.sounds),
    )
