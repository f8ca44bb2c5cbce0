"""Reads the arrays of a TensorFlow checkpoint without TensorFlow, whose import costs seconds and 500 MB a process.

A checkpoint is a folder with an index, which is a table of sorted keys in the format of LevelDB, and the arrays one
after the other in a data file. Only what such a checkpoint needs is read: one data file, no compression.

References
----------
TensorFlow, ``tensorflow/core/protobuf/tensor_bundle.proto``; LevelDB, ``doc/table_format.md``.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import FeatureError

_FOOTER_BYTES = 48
_MAGIC = 0xDB4775248B80FB57
_BLOCK_TRAILER_BYTES = 5
_FLOAT32 = 1


def read_checkpoint(folder: Path) -> dict[str, NDArray[np.float32]]:
    """The single-precision arrays of a checkpoint by their names.

    Parameters
    ----------
    folder : Path
        Holds ``.index`` and ``.data-00000-of-00001``.

    Raises
    ------
    FeatureError
        A file is missing or not of this format.
    """
    try:
        index = (folder / ".index").read_bytes()
        data = np.fromfile(folder / ".data-00000-of-00001", dtype=np.uint8)
        return {
            name.decode(): _array(data, entry)
            for name, value in _table(index)
            if name and (entry := _Entry(value)).dtype == _FLOAT32
        }
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise FeatureError(
            f"The trained weights in {folder} cannot be read ({error}). Install the package musicnn again."
        ) from error


class _Entry:
    """Where an array lies: a ``BundleEntryProto``."""

    def __init__(self, message: bytes) -> None:
        self.dtype = self.offset = self.n_bytes = 0
        shape: list[int] = []
        for field, value in _fields(message):
            if field == 1:
                self.dtype = int(value)
            elif field == 2:
                assert isinstance(value, bytes)
                for _, dimension in _fields(value):
                    assert isinstance(dimension, bytes)
                    shape.append(int(dict(_fields(dimension)).get(1, 0)))
            elif field == 4:
                self.offset = int(value)
            elif field == 5:
                self.n_bytes = int(value)
        self.shape: tuple[int, ...] = tuple(shape)


def _array(data: NDArray[np.uint8], entry: _Entry) -> NDArray[np.float32]:
    values = data[entry.offset : entry.offset + entry.n_bytes].view("<f4").reshape(entry.shape)
    return values.astype(np.float32)


def _table(index: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of all blocks, in order."""
    footer = index[-_FOOTER_BYTES:]
    if len(footer) < _FOOTER_BYTES or struct.unpack("<Q", footer[-8:])[0] != _MAGIC:
        raise ValueError("the index is cut off or of another format")
    _, at = _handle(footer, 0)
    blocks, _ = _handle(footer, at)
    for _, value in _block(index, blocks):
        yield from _block(index, _handle(value, 0)[0])


def _handle(content: bytes, at: int) -> tuple[slice, int]:
    """A block's place in the file, and where the next value begins."""
    offset, at = _varint(content, at)
    size, at = _varint(content, at)
    return slice(offset, offset + size + _BLOCK_TRAILER_BYTES), at


def _block(index: bytes, place: slice) -> Iterator[tuple[bytes, bytes]]:
    block = index[place]
    if len(block) < place.stop - place.start or block[-_BLOCK_TRAILER_BYTES]:
        raise ValueError("a block of the index is cut off or compressed")
    content = block[:-_BLOCK_TRAILER_BYTES]
    (n_restarts,) = struct.unpack("<I", content[-4:])
    end = len(content) - 4 * (n_restarts + 1)
    key, at = b"", 0
    while at < end:
        n_shared, at = _varint(content, at)
        n_new, at = _varint(content, at)
        n_value, at = _varint(content, at)
        key = key[:n_shared] + content[at : at + n_new]
        at += n_new
        yield key, content[at : at + n_value]
        at += n_value


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and values of the fields of a Protocol Buffers message."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == 0:
            value, at = _varint(message, at)
            yield number, value
        elif wire_type == 2:
            size, at = _varint(message, at)
            yield number, message[at : at + size]
            at += size
        elif wire_type == 5:
            at += 4
        else:
            raise ValueError(f"a field of the index has the unknown type {wire_type}")


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """A number stored seven bits a byte, lowest first, and where the next value begins."""
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
