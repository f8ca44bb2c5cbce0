"""The code that goes along to a cluster, and how workers and schedulers that have nothing of it take it in."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.settings import REPOSITORY

if TYPE_CHECKING:
    from distributed.diagnostics.plugin import WorkerPlugin

_TEXT = Path(__file__).with_name("at_worker.py")
_IN_TEXT = "(exec(compile(text, 'genre_lab_at_worker.py', 'exec'), space), {})[1]"

# Schedulers and workers unpickle what they are sent, and could import nothing of ours: so what is sent is `eval`, which
# every Python has, with an expression and plain values.
CALL = "__import__('distributed').get_worker().plugins[name].call(task, limit_s)"
VERSIONS = _IN_TEXT.format("space['read_versions'](packages)")
_WORKER_SIDE = _IN_TEXT.format("space['WorkerSide'](code, name, expected)")


def text_values() -> dict[str, Any]:
    """What the expressions made of `at_worker`'s text need beside their own values."""
    return {"text": _TEXT.read_text(encoding="utf-8"), "space": {"__name__": "genre_lab_at_worker"}}


@cache
def pack_code() -> bytes:
    """Zip archive of ``core``, the same bytes for the same code; some 0.6 MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((REPOSITORY / "core").rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                entry = zipfile.ZipInfo(path.relative_to(REPOSITORY).as_posix())
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def worker_side(expected: Mapping[str, str]) -> "tuple[str, WorkerPlugin]":
    """Plugin that brings the code to every worker, now and later, and the name to register it under."""
    from distributed.diagnostics.plugin import WorkerPlugin

    code = pack_code()
    values = {"code": code, "expected": dict(expected), **text_values()}
    digest = hashlib.sha256(repr([hashlib.sha256(code).hexdigest(), values["text"], sorted(expected.items())]).encode())
    name = f"genre-lab-{digest.hexdigest()[:16]}"

    class Sent(WorkerPlugin):
        idempotent = True

        def __reduce__(self) -> tuple[Any, ...]:
            return eval, (_WORKER_SIDE, {**values, "name": name})

    return name, Sent()
