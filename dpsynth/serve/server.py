"""HTTP on the loopback address: reads a request, asks the site, writes the answer. Limits come first."""

from __future__ import annotations

import socket
import socketserver
import sys
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from dpsynth.errors import ResourceError, UsageError
from dpsynth.serve.door import ADDRESS
from dpsynth.serve.exchange import Request, Response

BODY = 64 * 2**10
"""Bytes of the largest form."""
FIELDS = 100
"""Fields of the largest form."""
PATIENCE = 20.0
"""Seconds that somebody may take to finish a request."""
FORM = "application/x-www-form-urlencoded"
ALLOWED = "GET, HEAD, POST"

Answer = Callable[[Request], Response]
Refuse = Callable[[int], Response]


class Server(ThreadingHTTPServer):
    """Listens on the loopback address alone.

    Args:
        port: where; 0 is any free one.
    """

    daemon_threads = True
    answer: Answer
    refuse: Refuse

    def __init__(self, port: int) -> None:
        self.signing = threading.Lock()
        try:
            super().__init__((ADDRESS, port), _Conversation)
        except PermissionError:
            raise UsageError(f"--port {port} is for the system alone. Choose one from 1024 on.") from None
        except OSError as error:
            if port == 0:
                raise ResourceError(f"No port can be opened: {(error.strerror or 'refused').lower()}.") from None
            raise UsageError(
                f"--port {port} is in use: another program, or another `dpsynth serve`, has it. Stop that one, choose "
                "another port, or give --port 0 for any free one."
            ) from None

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hung up is no event; what the pages cannot answer has been answered already."""

    def server_bind(self) -> None:
        """Binds without asking the network for the machine's name, as the base class would."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.port

    def give(self, request: Request) -> Response:
        """The answer of the site; one form at a time."""
        if request.method != "POST":
            return self.answer(request)
        with self.signing:
            return self.answer(request)

    def finish(self) -> None:
        """Waits for the form that is being worked on, and lets no other begin: nothing is left half-written."""
        self.signing.acquire()


class _Refused(Exception):
    """A request that is refused before anybody looks at what it asks for."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Conversation(BaseHTTPRequestHandler):
    server: Server
    timeout = PATIENCE
    server_version, sys_version = "dpsynth", ""

    def do_GET(self) -> None:
        self._converse(lambda: self._request({}))

    def do_HEAD(self) -> None:
        self._converse(lambda: self._request({}))

    def do_POST(self) -> None:
        self._converse(lambda: self._request(self._form()))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Called by the base class for what it cannot parse; the words of the request are not repeated."""
        # 501 is its answer to a method that has no function here.
        self._send(self.server.refuse(405 if code == 501 else code))

    def log_message(self, format: str, *arguments: Any) -> None:
        """Writes nothing: an address may hold the token."""

    def _converse(self, read: Callable[[], Request]) -> None:
        try:
            response = self.server.give(read())
        except _Refused as refused:
            response = self.server.refuse(refused.status)
        except TimeoutError:
            response = self.server.refuse(408)
        except Exception as error:
            # No traceback, here or in the browser: the text of an error could hold a value of the internal facts.
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"
            print(f"dpsynth: a page could not be made ({place}). Please report it.", file=sys.stderr)
            response = self.server.refuse(500)
        self._send(response)

    def _request(self, form: dict[str, str]) -> Request:
        path, _, query = self.path.partition("?")
        if not (self.path.startswith("/") and self.path.isascii()):
            raise _Refused(400)
        names = ("host", "cookie", "origin", "sec-fetch-site")
        headers = {name: self.headers.get_all(name) or [] for name in names}
        if any(len(values) > 1 for values in headers.values()):
            raise _Refused(400)
        parts = tuple(unquote(part, errors="surrogateescape") for part in path.split("/")[1:])
        return Request(self.command, parts, _fields(query), {k: v[0] for k, v in headers.items() if v}, form)

    def _form(self) -> dict[str, str]:
        if self.headers.get("transfer-encoding"):
            raise _Refused(411)
        length = self.headers.get_all("content-length") or [""]
        if len(length) != 1 or not (length[0].isascii() and length[0].isdigit()):
            raise _Refused(411)
        if len(length[0]) > 9 or int(length[0]) > BODY:
            raise _Refused(413)
        if self.headers.get_content_type() != FORM:
            raise _Refused(415)
        body = self.rfile.read(int(length[0]))
        if len(body) != int(length[0]):
            raise _Refused(400)
        try:
            return _fields(body.decode("ascii"))
        except UnicodeDecodeError:
            raise _Refused(400) from None

    def _send(self, response: Response) -> None:
        self.close_connection = True
        try:
            if self.request_version != "HTTP/0.9":
                self.send_response_only(response.status)
                for name, value in response.all_headers().items():
                    self.send_header(name, value)
                if response.status == 405:
                    self.send_header("Allow", ALLOWED)
                self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the browser hung up


def _fields(text: str) -> dict[str, str]:
    """Fields by name; a name that comes twice is refused, because two readers could read it differently."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS, errors="surrogateescape")
    except ValueError:
        raise _Refused(400) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise _Refused(400)
    return fields
