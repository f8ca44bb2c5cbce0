"""Arrays of an npz file that came from outside, each checked against the size of its member before it is read."""

import json
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from core.errors import CollectionError
from core.importing.features.file import MAX_NAME
from core.importing.zip_directory import require_few_entries
from core.names import readable_name, reason_of

_MAX_ARRAYS_BYTES = 64 * 1024**3
_MAX_SMALL_BYTES = 256 * 1024**2
_MAX_MEMBERS = 64
_MAX_HEADER_BYTES = 10_000
_MAX_JSON = 400_000
_BLOCK_BYTES = 32 * 1024**2


class NpzArrays:
    """The arrays of an npz file, each checked against the size of its member before it is read."""

    def __init__(self, stream: IO[bytes], shown: str) -> None:
        self._shown = shown
        remedy = "Expected arrays such as level, clip and genre, saved by np.savez."
        require_few_entries(stream, shown, most=_MAX_MEMBERS, remedy=remedy)
        stream.seek(0)
        try:
            self._archive = zipfile.ZipFile(stream)
            members = self._archive.infolist()
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
            raise CollectionError(f"{shown} is not an npz file, or damaged ({reason_of(error)}).") from error
        if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > _MAX_ARRAYS_BYTES:
            raise CollectionError(
                f"{shown} is refused: it has {len(members)} arrays of "
                f"{sum(member.file_size for member in members) / 1e9:,.1f} GB; at most {_MAX_MEMBERS} of "
                f"{_MAX_ARRAYS_BYTES / 1e9:.0f} GB can be read."
            )
        self._members = {
            member.filename.removesuffix(".npy"): member for member in members if member.filename.endswith(".npy")
        }
        if absent := [name for name in ("level", "clip") if name not in self._members]:
            found = readable_name(", ".join(self._members))[:MAX_NAME] or "no arrays"
            raise CollectionError(
                f"{shown} needs the arrays “level” and “clip”; {absent[0]} is missing. It has {found}."
            )

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def _open(self, name: str) -> tuple[IO[bytes], tuple[int, ...], np.dtype[Any]]:
        """A member, read up to its first value, with its shape and type."""
        member = self._members[name]
        try:
            stream = self._archive.open(member)
            version = np.lib.format.read_magic(stream)
            if version not in ((1, 0), (2, 0)):
                raise ValueError(f"format version {version}")
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, fortran, dtype = read(stream, max_header_size=_MAX_HEADER_BYTES)
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise CollectionError(f"{self._shown}: “{name}” is not an array ({reason_of(error)}).") from error
        n_bytes = dtype.itemsize
        for size in shape:
            n_bytes *= size
        if dtype.hasobject:
            kind = "float32" if name == "level" else "str"
            raise CollectionError(
                f"{self._shown}: “{name}” holds Python objects, which are never opened, since they can run code. Save "
                f"it as a plain array: np.savez(file, {name}=np.array(values, dtype={kind!r}), …)."
            )
        if fortran and len(shape) > 1:
            raise CollectionError(
                f"{self._shown}: “{name}” is stored by columns. Save np.ascontiguousarray(values) in its place."
            )
        if dtype.itemsize == 0 or min(shape, default=1) < 0:
            raise CollectionError(f"{self._shown}: “{name}” has values of no size, {dtype} of shape {shape}.")
        if n_bytes != member.file_size - stream.tell():
            raise CollectionError(f"{self._shown}: “{name}” is not as large as its header says; the file is damaged.")
        return stream, tuple(shape), dtype

    def header(self, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and type of an array."""
        stream, shape, dtype = self._open(name)
        stream.close()
        return shape, dtype

    def rows(self, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
        """Some rows at a time, shape (rows, *``shape``), each block with the place of its first."""
        stream, _, _ = self._open(name)
        row_bytes = int(np.prod(shape[1:], dtype=np.int64)) * dtype.itemsize
        n_at_once = max(1, _BLOCK_BYTES // row_bytes)
        with stream:
            for start in range(0, shape[0], n_at_once):
                n_rows = min(n_at_once, shape[0] - start)
                content = self._read(stream, name, n_rows * row_bytes)
                yield start, np.frombuffer(content, dtype=dtype).reshape(n_rows, *shape[1:])

    def _read(self, stream: IO[bytes], name: str, n_bytes: int) -> bytes:
        try:
            content = stream.read(n_bytes)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, zlib.error) as error:
            raise CollectionError(f"{self._shown}: “{name}” is damaged ({reason_of(error)}).") from error
        if len(content) != n_bytes:
            raise CollectionError(f"{self._shown}: “{name}” ends early; the file is damaged.")
        return content

    def _whole(self, name: str, kinds: str, n_clips: int | None) -> NDArray[Any]:
        stream, shape, dtype = self._open(name)
        with stream:
            wanted = () if n_clips is None else (n_clips,)
            if shape != wanted or dtype.kind not in kinds or self._members[name].file_size > _MAX_SMALL_BYTES:
                what = "text" if "U" in kinds else "numbers"
                raise CollectionError(
                    f"{self._shown}: expected {what} of shape {wanted} in “{name}”, got {dtype} of shape {shape}."
                )
            content = self._read(stream, name, int(np.prod(shape, dtype=np.int64)) * dtype.itemsize)
        return np.frombuffer(content, dtype=dtype).reshape(shape)

    def texts(self, name: str, n_clips: int, *, numbers: bool = False) -> list[str]:
        """One text a clip; bytes are read as UTF-8.

        Parameters
        ----------
        name : str
        n_clips : int
        numbers : bool
            Whether numbers are taken as the texts that they are written as.
        """
        try:
            given = self._whole(name, "USuif" if numbers else "US", n_clips).tolist()
            return [text.decode() if isinstance(text, bytes) else str(text) for text in given]
        except (UnicodeError, ValueError) as error:
            raise CollectionError(
                f"{self._shown}: “{name}” contains values that are not text ({reason_of(error)})."
            ) from error

    def numbers(self, name: str, n_clips: int) -> NDArray[np.float64]:
        """One number a clip, shape (clips,)."""
        return self._whole(name, "uif", n_clips).astype(np.float64)

    def json(self, name: str) -> dict[str, Any]:
        """A mapping that is kept as JSON."""
        try:
            text = str(self._whole(name, "U", None).item())
            value = json.loads(text) if len(text) <= _MAX_JSON else None
        except (ValueError, RecursionError) as error:
            raise CollectionError(f"{self._shown}: “{name}” is not JSON ({reason_of(error)}).") from error
        if not isinstance(value, dict):
            raise CollectionError(f"{self._shown}: “{name}” is not a JSON object.")
        return cast("dict[str, Any]", value)
