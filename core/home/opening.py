"""Opening a home: its version is read, and what an older Genre Lab laid out otherwise is moved first.

``data/home.json`` holds the version of the layout of ``data/`` and ``models/``. Every entry (command line, dashboard,
child processes) opens the home before it reads anything else; the places of collections and runs do so too, so that a
notebook is served alike. Where there is nothing to do, it costs one look at that file.
"""

from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import GenreLabError, NewerVersionError, StorageError
from core.files import read_json, write_json
from core.home import layout_1
from core.settings import Settings, load_settings

VERSION = 2
_LOCK_S = 120.0

_opened: dict[Path, tuple[int, int]] = {}


def open_home() -> Settings:
    """Make sure that the home of the settings in force is of today's layout.

    Returns
    -------
    Settings
        Those in force.

    Raises
    ------
    NewerVersionError
        A newer Genre Lab made it.
    StorageError
        It is of an older layout and cannot be written, or its version cannot be read.
    """
    settings = load_settings()
    path = _version_path(settings)
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        _bring_up_to_date(settings)
        return settings
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}). Check its permissions.") from error
    stamp = (status.st_ino, status.st_mtime_ns)
    if _opened.get(path) != stamp:
        _check_version(settings)
        _opened[path] = stamp
    return settings


def _version_path(settings: Settings) -> Path:
    return settings.data_dir / "home.json"


def _check_version(settings: Settings) -> None:
    path = _version_path(settings)
    try:
        version = read_json(path)["version"]
        if type(version) is not int or version < VERSION:
            raise ValueError(f"got version {version!r}")
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f'{path} is damaged ({error}): expected {{"version": {VERSION}}}. Delete this file, then start Genre Lab '
            "again; nothing else is lost."
        ) from error
    if version > VERSION:
        raise NewerVersionError(
            f"{settings.home} was laid out by a newer Genre Lab: expected version {VERSION}, got version {version}. "
            "Update Genre Lab, or set GENRE_LAB_HOME to another folder."
        )


def _bring_up_to_date(settings: Settings) -> None:
    if not layout_1.is_found(settings):
        _enter_version(settings)
        return
    try:
        with FileLock(_version_path(settings).with_suffix(".lock"), timeout=_LOCK_S):
            # Another process may have done it meanwhile; what one that was killed has moved already stays moved.
            if not _version_path(settings).exists():
                layout_1.move_to_layout_2(settings)
                write_json(_version_path(settings), {"version": VERSION})
    except Timeout as error:
        raise StorageError(
            f"Another process has been moving {settings.home} to a new layout for more than {_LOCK_S:.0f} s. Try again "
            "when it is done."
        ) from error
    except (GenreLabError, OSError) as error:
        reason = (
            str(error) if isinstance(error, GenreLabError) else f"{error.filename or ''} {error.strerror or error}."
        )
        raise StorageError(
            f"{settings.home} was laid out by an older Genre Lab and cannot be moved to today's layout: "
            f"{reason.strip()} Nothing is lost; start Genre Lab again when that is mended."
        ) from error


def _enter_version(settings: Settings) -> None:
    """Say the version of a home that is new; one that holds nothing, or may only be read, is left as it is."""
    if not settings.data_dir.is_dir():
        return
    try:
        write_json(_version_path(settings), {"version": VERSION})
    except StorageError:
        return
