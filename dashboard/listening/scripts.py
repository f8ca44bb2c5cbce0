"""The player's scripts, fetched once by the browser and kept: their address changes when they do."""

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from dashboard.sounds import PREFIX, below_base

_FOLDER = Path(__file__).parent / "scripts"
_MODULES = ("bar.js", "deck.js", "elements.js", "lane.js", "player.js")
STYLE = (_FOLDER / "player.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _modules() -> dict[str, bytes]:
    return {name: (_FOLDER / name).read_bytes() for name in _MODULES}


@lru_cache(maxsize=1)
def _version() -> str:
    return blake2b(b"\0".join(_modules().values()), digest_size=8).hexdigest()


def script_address() -> str:
    """Where the player's module is fetched; the modules it imports lie beside it."""
    return below_base(f"{PREFIX}/script/{_version()}/player.js")


def routes() -> list[Any]:
    """The scripts' addresses, for the server."""
    from starlette.routing import Route

    return [Route(below_base(f"{PREFIX}/script/{{version}}/{{name}}"), _script, methods=["GET", "HEAD"])]


def _script(request: Any) -> Any:
    from starlette.responses import PlainTextResponse, Response

    content = _modules().get(request.path_params["name"])
    # A page that was opened before the server was renewed may ask for the scripts of then: it gets those of today, and
    # keeps them no longer than it is open.
    if content is None:
        return PlainTextResponse("There is no such script.", status_code=404, headers={"Cache-Control": "no-store"})
    kept = "public, max-age=31536000, immutable" if request.path_params["version"] == _version() else "no-store"
    headers = {"Cache-Control": kept, "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type="text/javascript; charset=utf-8", headers=headers)
