"""Asking a mirror on the web for a file, or what is left of it, without waiting for ever."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib import request as web
from urllib.error import HTTPError

from .partial import CHUNK

COME_BACK = {408, 425, 429}  # besides those from 500 on
LEAST = 1000  # bytes a second
LONGEST = 200  # characters of what a mirror says


class Fault(Exception):
    """What a mirror did not do well; it may do better later."""


class Refused(Fault):
    """It will not do better."""


class Wrong(Fault):
    """What it sent is not the file."""


class Paced(io.RawIOBase):
    """What comes from a connection; raises TimeoutError where that is too little.

    All of the answer's head has to come within the connection's timeout; and then, in every
    stretch of that time, `LEAST` bytes a second.
    """

    def __init__(self, raw: io.RawIOBase, connection: Any) -> None:
        self.raw, self.connection = raw, connection
        self.time = connection.gettimeout()
        self.in_head = True
        self._begin()

    def _begin(self) -> None:
        self.end, self.came = time.monotonic() + self.time, 0

    def head_is_over(self) -> None:
        """From now on, it is the speed that counts."""
        self.in_head = False
        self._begin()

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """What comes next, into `buffer`; how many bytes it is."""
        left = self.end - time.monotonic()
        if left <= 0:
            if self.in_head:
                raise TimeoutError("timed out")
            if self.came < LEAST * self.time:
                raise TimeoutError(f"slower than {LEAST} bytes a second")
            self._begin()
        self.connection.settimeout(left if self.in_head else self.time)
        n: int | None = self.raw.readinto(buffer)
        self.came += n or 0
        return n

    def close(self) -> None:
        """Let go of the connection."""
        self.raw.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **more: Any) -> None:
        super().__init__(sock, *args, **more)
        self._paced = Paced(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._paced)

    def begin(self) -> None:
        super().begin()
        self._paced.head_is_over()


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Handler(web.HTTPHandler):
    def http_open(self, req: web.Request) -> Any:
        return self.do_open(_Connection, req)


class _SecureHandler(web.HTTPSHandler):
    def https_open(self, req: web.Request) -> Any:
        return self.do_open(_SecureConnection, req)


class _Redirects(web.HTTPRedirectHandler):
    """Goes where a mirror leads to, and leaves alone what it sends besides: it may be endless."""

    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        fp.close()
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _opener() -> web.OpenerDirector:
    """What opens addresses of the web, and no others: neither files nor FTP."""
    opener = web.OpenerDirector()
    for handler in (
        web.ProxyHandler, web.UnknownHandler, _Handler, _SecureHandler, _Redirects,
        web.HTTPDefaultErrorHandler, web.HTTPErrorProcessor,
    ):  # fmt: skip
        opener.add_handler(handler())
    return opener


def ask(url: str, start: int, timeout: float) -> HTTPResponse:
    """The mirror's answer to the request for what comes after the first `start` bytes."""
    try:
        request = web.Request(url, headers={"User-Agent": "autograd_fr"})
        if start:
            request.add_header("Range", f"bytes={start}-")
        response: HTTPResponse = _opener().open(request, timeout=timeout)
        return response
    except HTTPError as error:
        error.close()
        if error.code == 416:
            raise Wrong("it has no such part of the file") from None
        passing = error.code in COME_BACK or error.code >= 500
        raise (Fault if passing else Refused)(_shown(f"{error.code} {error.reason}")) from None
    except (OSError, HTTPException) as error:
        raise Fault(_reason(error)) from None
    except ValueError as error:  # its own address, or the one it leads to
        raise Refused(_shown(f"no address of the web: {error}")) from None


def promised(response: HTTPResponse) -> int | None:
    """How long the whole file is by the answer's headers, where they say so."""
    if response.status == 206:
        length = response.headers.get("Content-Range", "").rpartition("/")[2]
    else:
        length = response.headers.get("Content-Length", "")
    if not length.isdecimal():
        return None
    return int(length) if len(length) < 20 else sys.maxsize


def chunks(response: HTTPResponse) -> Iterator[bytes]:
    """What comes, as it comes; what breaks is a fault of the mirror's."""
    while True:
        try:
            chunk = response.read1(CHUNK)
        except (OSError, HTTPException, ValueError) as error:
            raise Fault(f"the connection broke: {_reason(error)}") from None
        if not chunk:
            return
        yield chunk


def _reason(error: Exception) -> str:
    inner = getattr(error, "reason", error)
    return _shown(getattr(inner, "strerror", None) or str(inner) or type(inner).__name__)


def _shown(said: str) -> str:
    """What a mirror says, on one line that is not too long."""
    line = "".join(c if c.isprintable() else " " for c in said[: LONGEST + 1])
    return line if len(line) <= LONGEST else line[:LONGEST] + "..."
