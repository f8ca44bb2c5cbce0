"""The addresses at which the browser fetches sound.

A clip's address is made of its collection and its name, and signed with a key of the home: whoever was shown a page can
play what is on it, also after the server was started again; nobody can make up the address of another clip. What is of
one visitor alone, a song and its picture, is served from memory as long as that visitor's page is open, and to whoever
has its address, which is random and stands in that page alone. So are many songs that were judged together; each is
opened when it is played.

The addresses begin with `PREFIX`, the one place beside http://... from which `st.audio` plays without keeping a copy.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

from core.errors import GenreLabError
from dashboard.sealing import seal, unseal

PREFIX = "/app/static/sound"
_KEEP_CLIP = "private, no-cache"


class Served:
    """Something of one visitor that the browser fetches. Its address ends with it: let that session alone hold it.

    Parameters
    ----------
    make : callable
        Gives its bytes and their MIME type, when they are first asked for; called once. It may raise `GenreLabError`:
        then there is nothing at the address.
    session_id : str
        Of the visitor's session.
    """

    def __init__(self, make: Callable[[], tuple[bytes, str]], *, session_id: str) -> None:
        self.session_id = session_id
        token = secrets.token_urlsafe(32)
        self.address = f"{PREFIX}/song/{token}"
        self._make: Callable[[], tuple[bytes, str]] | None = make
        self._made: tuple[bytes, str] | None = None
        self._lock = Lock()
        _served[token] = self

    def content(self) -> tuple[bytes, str] | None:
        """Bytes and MIME type; None where they could not be made."""
        with self._lock:
            if self._make is not None:
                make, self._make = self._make, None  # with what it holds: samples of the song
                try:
                    self._made = make()
                except GenreLabError:
                    self._made = None
            return self._made


class SongShelf:
    """Songs that one visitor may play, opened one at a time when the browser fetches them.

    Their addresses end with it: let the visitor's session alone hold it.

    Parameters
    ----------
    session_id : str
        Of the visitor's session.
    """

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self._token = secrets.token_urlsafe(32)
        self._number_of: dict[str, int] = {}
        self._sources: list[Callable[[], Path | bytes]] = []
        self._opened: tuple[int, Path | bytes, str] | None = None
        self._lock = Lock()
        _shelves[self._token] = self

    def address(self, identity: str, source: Callable[[], Path | bytes]) -> str:
        """Where a song is fetched.

        Parameters
        ----------
        identity : str
            Of its content: the same one has the same address.
        source : callable
            Gives the file or its content.
        """
        number = self._number_of.setdefault(identity, len(self._sources))
        if number == len(self._sources):
            self._sources.append(source)
        return f"{PREFIX}/songs/{self._token}/{number}"

    def playable(self, number: int) -> tuple[Path | bytes, str] | None:
        """What a browser plays of a song, a file or bytes, and its MIME type, the latest kept; None for no such song.

        Raises
        ------
        AudioError
            The song is missing, unreadable or too long for a player.
        """
        from core.audio import browser_type, playable_audio, require_playable

        if not 0 <= number < len(self._sources):
            return None
        with self._lock:
            if self._opened is None or self._opened[0] != number:
                self._opened = None
                source = self._sources[number]()
                mime = browser_type(require_playable(source))
                self._opened = number, *(playable_audio(source) if mime is None else (source, mime))
            return self._opened[1:]


_served: WeakValueDictionary[str, Served] = WeakValueDictionary()
_shelves: WeakValueDictionary[str, SongShelf] = WeakValueDictionary()


def clip_address(collection_id: str, clip_name: str) -> str:
    """Where the sound of a clip with a file of its own is fetched."""
    sealed = seal(f"{collection_id}\n{clip_name}")
    return f"{PREFIX}/clip/{sealed}"


def below_base(path: str) -> str:
    """An address as it stands in this server, which may have a base of its own (``server.baseUrlPath``)."""
    from streamlit import config

    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{path}" if base else path


def routes() -> list[Any]:
    """All kinds of address, for the server."""
    from starlette.routing import Route

    below = below_base(PREFIX)
    return [
        Route(f"{below}/clip/{{signed}}", _clip, methods=["GET", "HEAD"]),
        Route(f"{below}/song/{{token}}", _song, methods=["GET", "HEAD"]),
        Route(f"{below}/songs/{{token}}/{{number:int}}", _song_of_shelf, methods=["GET", "HEAD"]),
    ]


def _clip(request: Any) -> Any:
    from dashboard import services  # the libraries behind it would keep the server from answering at first

    what = unseal(request.path_params["signed"])
    if what is None:
        return missing()
    collection_id, _, clip_name = what.partition("\n")
    try:
        clip = services.collection(collection_id, with_excluded=True).by_name.get(clip_name)
        found = None if clip is None else services.playable(clip)
    except GenreLabError:
        found = None
    if found is None:
        return missing()
    return _send(request, *found, keep=_KEEP_CLIP)


def _song(request: Any) -> Any:
    pass


def _song_of_shelf(request: Any) -> Any:
    from streamlit.runtime import get_instance

    shelf = _shelves.get(request.path_params["token"])
    if shelf is None or not get_instance().is_active_session(shelf.session_id):
        return missing()
    try:
        found = shelf.playable(request.path_params["number"])
    except GenreLabError:
        found = None
    return missing() if found is None else _send(request, *found, keep="no-store")


def _send(request: Any, sound: Path | bytes, mime: str, *, keep: str) -> Any:
    """A file, or the content of one."""
    from starlette.responses import FileResponse

    if isinstance(sound, bytes):
        return answer(request, sound, mime, keep=keep)
    headers = {"Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
    return FileResponse(sound, media_type=mime, headers=headers) if sound.is_file() else missing()


def missing() -> Any:
    """The answer where there is no such sound."""
    from starlette.responses import PlainTextResponse

    return PlainTextResponse("There is no such sound.", status_code=404, headers={"Cache-Control": "no-store"})


def answer(request: Any, content: bytes, mime: str, *, keep: str) -> Any:
    """The whole sound, or the one range of it that a player asks for."""
    from starlette.responses import Response

    headers = {"Accept-Ranges": "bytes", "Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
    asked = request.headers.get("range")
    if asked is None:
        return Response(content, media_type=mime, headers=headers)
    span = _span(asked, len(content))
    if span is None:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(content)}"})
    start, stop = span
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(content)}"
    return Response(content[start:stop], status_code=206, media_type=mime, headers=headers)


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last of ``bytes=FIRST-LAST``; None where nothing of it is there.

    Only the first of several ranges is heeded: players ask for one.
    """
    unit, _, ranges = asked.partition("=")
    first, dash, last = ranges.split(",")[0].strip().partition("-")
    if unit.strip() != "bytes" or not dash or not all(part.isdecimal() for part in (first, last) if part):
        return None
    if not first:
        start, stop = max(0, size - int(last or 0)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
    return (start, stop) if start < stop else None
