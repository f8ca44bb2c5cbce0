"""A small HTTP server for downloads, with the faults that servers have."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Behaviour:
    """What the server does; tests change it while it runs.

    Attributes
    ----------
    content : bytes
    ranges : bool
        Serves pieces.
    states_size : bool
        Sends Content-Length.
    cut_after : list of int
        The next answers end after so many bytes; afterwards whole ones are sent.
    status : list of int
        The next answers have these codes instead.
    hangs : bool
        Says nothing after the head.
    pause_s : float
        Between pieces of 1 KB.
    asked : list of str
        The Range header of each request, empty for none.
    """

    content: bytes = b""
    ranges: bool = True
    states_size: bool = True
    cut_after: list[int] = field(default_factory=list)
    status: list[int] = field(default_factory=list)
    hangs: bool = False
    pause_s: float = 0.0
    asked: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(content: bytes) -> Iterator[Behaviour]:
    """Serve ``content`` on a free port of this computer."""
    behaviour = Behaviour(content)
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            asked = self.headers.get("Range", "")
            behaviour.asked.append(asked)
            if behaviour.status:
                self.send_error(behaviour.status.pop(0))
                return
            content, first = behaviour.content, 0
            if asked and behaviour.ranges:
                match = re.fullmatch(r"bytes=(\d+)-", asked)
                assert match is not None
                first = int(match[1])
                if first >= len(content):
                    self.send_error(416)
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
            else:
                self.send_response(200)
            if behaviour.states_size:
                self.send_header("Content-Length", str(len(content) - first))
            self.end_headers()
            if behaviour.hangs:
                over.wait()
                return
            last = first + behaviour.cut_after.pop(0) if behaviour.cut_after else len(content)
            self._send(content[first:last])

        def _send(self, piece: bytes) -> None:
            if not behaviour.pause_s:
                self.wfile.write(piece)
                return
            try:
                for start in range(0, len(piece), 1024):
                    self.wfile.write(piece[start : start + 1024])
                    time.sleep(behaviour.pause_s)
            except OSError:
                pass  # the client has left

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    behaviour.url = f"http://127.0.0.1:{server.server_port}/archive"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield behaviour
    finally:
        over.set()
        server.shutdown()
        server.server_close()
