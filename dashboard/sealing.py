"""Texts in addresses that nobody can make up: signed with a key of the home."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from core.errors import StorageError
from core.files import write_atomically
from core.settings import load_settings

_KEY_BYTES = 32


def seal(text: str) -> str:
    """One segment of an address that says ``text``, which `unseal` gives back.

    Not as it stands: a name may hold what a server takes for a way out of a folder.
    """
    what = urlsafe_b64encode(text.encode(errors="surrogateescape"))
    return f"{what.decode().rstrip('=')}.{_signature(what)}"


def unseal(sealed: str) -> str | None:
    """The text of an address that this home has sealed; None for any other."""
    text, _, signature = sealed.partition(".")
    what = f"{text}{'=' * (-len(text) % 4)}".encode()
    if not hmac.compare_digest(signature.encode(), _signature(what).encode()):
        return None
    return urlsafe_b64decode(what).decode(errors="surrogateescape")


def _signature(what: bytes) -> str:
    return hmac.new(_key(load_settings().data_dir), what, sha256).hexdigest()[:32]


@lru_cache(maxsize=8)
def _key(data_dir: Path) -> bytes:
    """The key of a home, made when it is first asked for."""
    path = data_dir / "sound.key"
    if (found := _stored(path)) is not None:
        return found
    made = secrets.token_bytes(_KEY_BYTES)
    with suppress(StorageError, OSError):
        write_atomically(path, made)
    # Another server of this home may have been quicker. Where none can be stored, the addresses last as long as this
    # server.
    return _stored(path) or made


def _stored(path: Path) -> bytes | None:
    with suppress(OSError):
        found = path.read_bytes()
        return found if len(found) == _KEY_BYTES else None
    return None
