"""A process in which a Dask worker has tasks done, one after the other (see `core.jobs.cluster.at_worker`)."""

import os
import pickle
import signal
import struct
import sys
from typing import BinaryIO

from core.jobs.work import keep_to_one_core


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Do tasks until there are no more: each is answered with (True, result) or (False, error), pickled."""
    while len(header := source.read(8)) == 8:
        (length,) = struct.unpack(">Q", header)
        answer = _answer(source.read(length))
        sink.write(struct.pack(">Q", len(answer)) + answer)
        sink.flush()


def _answer(task: bytes) -> bytes:
    try:
        function, args, kwargs = pickle.loads(task)  # noqa: S301 (from the client, whom the cluster trusts)
        outcome = True, function(*args, **kwargs)
    except Exception as error:
        outcome = False, error
    try:
        return pickle.dumps(outcome)
    except Exception as error:  # whatever an object's own pickling raises
        return pickle.dumps((False, RuntimeError(f"A result could not be sent: {error}")))


if __name__ == "__main__":
    # Ctrl-C in the worker's terminal is for the worker, whose end closes standard input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a task prints is no answer
    keep_to_one_core()
    try:
        serve(sys.stdin.buffer, answers)
    except BrokenPipeError:  # the worker is gone
        os._exit(1)
