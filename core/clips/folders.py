"""Where a collection lies: one folder each, ``data/collections/<id>/``, with everything that belongs to it.

``manifest.json``     its clips (`core.collections.registry`); without one the collection is not listed
``reading.json``      where its genres stand (`core.importing.readings.spec`); without one, in its folders
``headers.json``      what was read of its files (`core.importing.readings.headers`), for the next look
``annotations.json``  what people noted on its clips (`core.collections.annotations`)
``genres.json``       what their labels become (`core.collections.genre_mapping`)
``features/``         what was extracted or brought, one folder a front end (`core.extraction.store`)
``quality/``          what checks found (`core.quality.store`)
``splits/``           split files that were brought (`core.splits.own_file`)

Forgetting a collection removes the folder. The sound lies elsewhere, since it stays then: the user's own files where
they are, copies of Genre Lab's own in ``data/imported/<id>`` and ``data/demo``.
"""

import re
from pathlib import Path

from core.errors import CollectionError
from core.home.opening import open_home

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def collection_folder(collection_id: str) -> Path:
    """The folder of a collection; it need not exist.

    Raises
    ------
    CollectionError
        That is no collection's id.
    NewerVersionError, StorageError
        The home cannot be opened.
    """
    if not _ID.fullmatch(collection_id):
        raise CollectionError(f"There is no collection {collection_id!r}. Choose one on Collections.")
    return open_home().collections_dir / collection_id


def manifest_path(collection_id: str) -> Path:
    """The manifest of a collection; it need not exist."""
    return collection_folder(collection_id) / "manifest.json"


def listed_ids() -> tuple[str, ...]:
    """Ids of the collections that have a manifest."""
    found = (path.parent.name for path in open_home().collections_dir.glob("*/manifest.json"))
    return tuple(sorted(name for name in found if _ID.fullmatch(name)))
