"""The genre is the name of a folder, at a level; or of one in the folders of a split: ``train/jazz/a.mp3``."""

from core.importing.readings.library import Library
from core.importing.readings.spec import FOLDER, PARTS, GenreFrom
from core.importing.readings.told import Reading, Told, clean, facts_of

PART_OF = {
    "train": "train", "training": "train", "valid": "valid", "validation": "valid", "val": "valid", "dev": "valid",
    "test": "test", "testing": "test", "eval": "test", "evaluation": "test",
}  # fmt: skip
"""Part of a published split by the names that people give it, in lower case."""
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth"}


def by_folder(library: Library, genre_from: GenreFrom) -> Reading:
    """The folder at the level asked for, 1 being the folders that lie in the one imported."""
    level = genre_from.level
    told = {}
    for path in library.sounds:
        folders = path.split("/")[:-1]
        if len(folders) >= level:
            told[path] = Told((clean(folders[level - 1]),))
        else:
            where = (
                f"{len(folders)} folder{'' if len(folders) == 1 else 's'} deep" if folders else "in the folder itself"
            )
            told[path] = Told((), reason=f"it lies {where}, not in a folder at level {level}")
    title = f"Folders at level {level}"
    example = next((path.split("/")[level - 1] for path in library.sounds if path.count("/") >= level), "")
    return Reading(
        genre_from=GenreFrom(kind=FOLDER, level=level),
        title=f"{title}, such as {clean(example)}" if example else title,
        told=told,
        n_all=len(library.sounds),
    )


def deepest(library: Library) -> int:
    """How many folders deep the deepest sound lies."""
    return max((path.count("/") for path in library.sounds), default=0)


def by_parts(library: Library, genre_from: GenreFrom) -> Reading:
    """Folders of genres in the folders of a published split."""
    told = {}
    for path in library.sounds:
        part, *folders = path.split("/")[:-1] or [""]
        known = PART_OF.get(part.strip().lower(), "")
        if not known:
            told[path] = Told((), reason="it does not lie in a folder called train, validation or test")
        elif not folders:
            told[path] = Told((), reason=f"it lies in {clean(part)} itself, not in the folder of a genre in it")
        else:
            told[path] = Told((clean(folders[0]),), facts_of(partition=known))
    return Reading(
        genre_from=GenreFrom(kind=PARTS),
        title="Folders of genres in train and test folders",
        told=told,
        n_all=len(library.sounds),
    )


def has_parts(library: Library) -> bool:
    """Whether the outermost folders are parts of a split, training and test among them, with folders in them."""
    tops = {path.split("/")[0].strip().lower() for path in library.sounds if path.count("/") >= 2}
    parts = {PART_OF.get(top) for top in tops}
    return {"train", "test"} <= parts and None not in parts
