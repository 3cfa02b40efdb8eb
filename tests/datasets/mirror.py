"""A server on this machine that gives a file, with whatever fault a test wants of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers with the next of the server's answers, the last one again and again."""

    server: Mirror

    def do_GET(self) -> None:
        with self.server.turns:
            seen = len(self.server.requests)
            self.server.requests.append((self.path, self.headers.get("Range")))
        answers = self.server.answers
        with contextlib.suppress(ConnectionError):
            answers[min(seen, len(answers) - 1)](self)

    @property
    def content(self) -> bytes:
        return self.server.files[self.path.removeprefix("/")]

    @property
    def start(self) -> int:
        """The first byte asked for."""
        asked = self.headers.get("Range", "bytes=0-")
        return int(asked.removeprefix("bytes=").partition("-")[0])

    def head(self, code: int, **headers: object) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Mirror(ThreadingHTTPServer):
    """`files` by name; `requests` are the paths and ranges that were asked for."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes], answers: tuple[Answer, ...]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.answers = files, answers
        self.requests: list[tuple[str, str | None]] = []
        self.turns = threading.Lock()
        self.released = threading.Event()  # for those who keep silent

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    @property
    def ranges(self) -> list[str | None]:
        return [asked for _, asked in self.requests]


@contextlib.contextmanager
def mirror(files: dict[str, bytes], *answers: Answer) -> Iterator[Mirror]:
    """A mirror at work: well behaved, where no answers are given."""
    server = Mirror(files, answers or (well,))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def well(self: Handler) -> None:
    """All of it, or from where it was asked for."""
    content, start = self.content, self.start
    if not start:
        return without_ranges(self)
    if start >= len(content):
        return self.head(416)
    self.head(
        206,
        Content_Range=f"bytes {start}-{len(content) - 1}/{len(content)}",
        Content_Length=len(content) - start,
    )
    self.wfile.write(content[start:])
    return None


def without_ranges(self: Handler) -> None:
    self.head(200, Content_Length=len(self.content))
    self.wfile.write(self.content)


def without_length(self: Handler) -> None:
    self.head(200)
    self.wfile.write(self.content)


def cut_off(self: Handler) -> None:
    """Half of what was asked for, and of all that was promised."""
    content, start = self.content, self.start
    until = (start + len(content)) // 2
    headers = {"Content_Length": len(content) - start}
    if start:
        headers["Content_Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
    self.head(206 if start else 200, **headers)
    self.wfile.write(content[start:until])


def silent(self: Handler) -> None:
    """The first half, and then nothing."""
    self.head(200, Content_Length=len(self.content))
    self.wfile.write(self.content[: len(self.content) // 2])
    self.wfile.flush()
    self.server.released.wait(10)


def another_file(self: Handler) -> None:
    """As long, but not the same."""
    self.head(200, Content_Length=len(self.content))
    self.wfile.write(self.content[::-1])


def another_part(self: Handler) -> None:
    """The right number of bytes, from the wrong place."""
    content, start = self.content, self.start
    if not start:
        return without_ranges(self)
    self.head(206, Content_Range=f"bytes 0-{len(content) - start - 1}/{len(content)}")
    self.wfile.write(content[: len(content) - start])
    return None


def endless(self: Handler) -> None:
    self.head(200)
    for _ in range(10_000):
        self.wfile.write(bytes(1 << 16))


def promises(length: int | str) -> Answer:
    """The right content under a false Content-Length."""

    def answer(self: Handler) -> None:
        self.head(200, Content_Length=length)
        self.wfile.write(self.content)

    return answer


def chunked_and_broken(self: Handler) -> None:
    """A chunk that is shorter than it says."""
    self.protocol_version = "HTTP/1.1"
    self.head(200, Transfer_Encoding="chunked", Connection="close")
    self.wfile.write(b"%x\r\n" % len(self.content) + self.content[: len(self.content) // 2])
    self.close_connection = True


def status(code: int) -> Answer:
    """No file, but a status."""
    return lambda self: self.head(code, Content_Length=0)


def not_http(self: Handler) -> None:
    self.wfile.write(b"nonsense\r\n\r\n")


def leads_to(address: str) -> Answer:
    """Elsewhere."""
    return lambda self: self.head(302, Location=address)


def leads_back_endlessly(self: Handler) -> None:
    """To itself, with a body that does not end; the second time to the file."""
    if len(self.server.requests) > 1:
        return well(self)
    self.head(302, Location=self.path)
    for _ in range(10_000):
        self.wfile.write(bytes(1 << 16))
    return None


def dripping_head(self: Handler) -> None:
    """A line of the head that comes byte by byte."""
    self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
    _drip(self, b"x" * 1000)


def head_without_end(self: Handler) -> None:
    """Again and again, that the answer will come."""
    while not self.server.released.wait(0.01):
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def dripping(self: Handler) -> None:
    """The content, byte by byte."""
    self.head(200, Content_Length=len(self.content))
    _drip(self, self.content[:1000])


def _drip(self: Handler, content: bytes) -> None:
    for k in range(len(content)):
        self.wfile.write(content[k : k + 1])
        self.wfile.flush()
        if self.server.released.wait(0.01):
            return
