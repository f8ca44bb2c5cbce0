"""Fetching one large file over HTTP: resumed where it broke off, stopped on request, patient but not for ever.

`ResumingDownloader` is a downloader for `pooch.retrieve`. What has arrived is kept in a file ``*.part`` that the next
attempt goes on from, also one in another process after this one was killed. A server that does not serve ranges is
asked for the whole again. Pooch gives the file its name only when its checksum fits.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import requests
import urllib3

from core.errors import CollectionError

CONNECT_TIMEOUT_S = 15.0
SILENCE_TIMEOUT_S = 30.0
"""A server that sends nothing for so long is taken to hang."""
WAITS_S = (1.0, 3.0, 8.0)
"""Before each further attempt, as long as nothing more arrives; anything that arrives starts the count again."""
_MOST_CUTS = 200
_CHUNK = 1 << 18
_WORTH_RETRYING = frozenset((408, 425, 429, 500, 502, 503, 504))

OnBytes = Callable[[int, int], None]


class StoppedDownloadError(Exception):
    """Somebody asked to stop; what has arrived is kept."""


class _CutError(Exception):
    """The transfer broke off; another attempt may go on."""


class ResumingDownloader:
    """Downloads into ``part``, then hands the file to pooch.

    Parameters
    ----------
    part : Path
        Kept between attempts.
    about_bytes : int
        Expected size, believed where the server states none; a file of more than twice as much is refused.
    on_bytes : callable
        Called with (bytes here, bytes in all).
    should_stop : callable
    """

    def __init__(
        self, part: Path, *, about_bytes: int, on_bytes: OnBytes, should_stop: Callable[[], bool] = lambda: False
    ) -> None:
        self._part = part
        self._about_bytes = about_bytes
        self._on_bytes = on_bytes
        self._should_stop = should_stop
        self.resumed = False
        """Whether the file was put together from several transfers."""

    def __call__(self, url: str, output_file: str | os.PathLike[str], pooch: Any, check_only: bool = False) -> None:  # noqa: FBT001, FBT002, as pooch calls it
        """Fetch ``url`` into ``output_file``.

        Raises
        ------
        CollectionError
            The server cannot be reached, refuses, or breaks off again and again; says why, not yet what to do.
        StoppedDownloadError
        """
        n_tries = n_cuts = 0
        with requests.Session() as session:
            while True:
                before = self._size()
                try:
                    self._receive(session, url)
                    break
                except (_CutError, requests.RequestException, urllib3.exceptions.HTTPError) as error:
                    n_cuts += 1
                    n_tries = 0 if self._size() > before else n_tries + 1
                    if _is_hopeless(error) or n_tries > len(WAITS_S) or n_cuts > _MOST_CUTS:
                        raise CollectionError(_reason(error)) from error
                    self._wait(WAITS_S[max(0, n_tries - 1)])
        os.replace(self._part, output_file)

    def _size(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _wait(self, wait_s: float) -> None:
        until = time.monotonic() + wait_s
        while (left := until - time.monotonic()) > 0:
            if self._should_stop():
                raise StoppedDownloadError
            time.sleep(min(0.2, left))

    def _receive(self, session: requests.Session, url: str) -> None:
        have = self._size()
        # Compressed on the way, bytes could not be counted.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        timeout = (CONNECT_TIMEOUT_S, SILENCE_TIMEOUT_S)
        with session.get(url, headers=headers, stream=True, timeout=timeout) as response:
            if response.status_code == 416:
                # What is here is not the beginning of what is there.
                self._part.unlink(missing_ok=True)
                raise _CutError("the file on the server has changed")
            response.raise_for_status()
            begins_at, total = _range(response)
            if begins_at != have:
                begins_at = 0 if response.status_code != 206 else begins_at
                if begins_at:
                    self._part.unlink(missing_ok=True)
                    raise _CutError("the server sent a different part from the one requested")
                have = 0
            self._check_size(total)
            self.resumed = self.resumed or have > 0
            with self._part.open("r+b" if have else "wb") as sink:
                sink.seek(have)
                have = self._copy(response.raw, sink, have, total)
        if total and have < total:
            raise _CutError("the connection was cut")

    def _copy(self, stream: Any, sink: IO[bytes], have: int, total: int) -> int:
        while chunk := stream.read1(_CHUNK):
            sink.write(chunk)
            have += len(chunk)
            self._check_size(have)
            self._on_bytes(have, total or max(self._about_bytes, have))
            if self._should_stop():
                raise StoppedDownloadError
        return have

    def _check_size(self, n_bytes: int) -> None:
        if n_bytes > 2 * self._about_bytes:
            self._part.unlink(missing_ok=True)
            raise CollectionError(
                f"about {self._about_bytes / 1e6:,.0f} MB were expected, but the server sends more than twice as much"
            )


def _range(response: requests.Response) -> tuple[int, int]:
    """First byte and size of the whole file of a response; 0 for a size that is not stated."""
    if response.status_code == 206:
        unit, _, rest = response.headers.get("Content-Range", "").partition(" ")
        span, _, whole = rest.partition("/")
        first = span.partition("-")[0]
        if unit.lower() != "bytes" or not first.isdecimal():
            raise _CutError("the server sent a part without saying which")
        return int(first), int(whole) if whole.isdecimal() else 0
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else 0


def _is_hopeless(error: Exception) -> bool:
    """Whether another attempt would end the same way."""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return error.response.status_code not in _WORTH_RETRYING
    return isinstance(error, ValueError | requests.TooManyRedirects | requests.exceptions.SSLError)


def _reason(error: Exception) -> str:
    """Why a transfer failed, in words."""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answers {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return f"the server did not respond for {SILENCE_TIMEOUT_S:.0f} s, several times"
    if isinstance(error, requests.exceptions.SSLError):
        return "the server's certificate is not accepted"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refuses the connection"
    if isinstance(error, requests.ConnectionError):
        return "there is no connection to the server"
    if isinstance(error, requests.TooManyRedirects):
        return "the server redirects too many times"
    if isinstance(error, ValueError):
        return "this is not a web address"
    if isinstance(error, _CutError):
        return f"{error}, several times"
    return "the connection was cut several times"
