"""Which folders may be judged from the browser."""

import os
from pathlib import Path

from core.errors import CollectionError
from core.settings import load_settings

_LONGEST_SHOWN = 200


def permitted_folder(text: str) -> Path:
    """The folder that a path typed in the browser means, if it lies where one may look.

    Raises
    ------
    CollectionError
        Empty, outside the permitted folders, or no folder. What lies outside is not told apart from what is missing.
    """
    roots = [Path(os.path.realpath(root)) for root in load_settings().collection_roots]
    allowed = ", ".join(str(root) for root in load_settings().collection_roots)
    typed = text.strip()
    if not typed or "\0" in typed:
        raise CollectionError(f"Type the path of a folder under {allowed}.")
    path = Path(os.path.expanduser(typed))
    for candidate in [path] if path.is_absolute() else [root / path for root in roots]:
        # Unlike Path.resolve, realpath raises nothing for a link that leads to itself.
        resolved = Path(os.path.realpath(candidate))
        if any(resolved.is_relative_to(root) for root in roots) and os.path.isdir(resolved):
            return resolved
    shown = typed if len(typed) <= _LONGEST_SHOWN else typed[:_LONGEST_SHOWN] + "…"
    raise CollectionError(
        f"{shown!r} is not a folder under {allowed}. Copy the music there, or start the dashboard with GENRE_LAB_DATA "
        "set to the folder that holds it."
    )
