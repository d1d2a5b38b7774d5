"""What does a person's browser send to the server in a drill, and what did the server answer?"""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import lxml.html
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from tools.loopback import SECRET, cookie_with

CSRF = "0123456789012345678901234567890123456789"
_BOUNDARY = "raadslag-drill-boundary"
PAUSE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Answer:
    """What reached the browser; status 0 when the connection ended before an answer had arrived whole."""

    status: int
    location: str = ""
    text: str = ""
    cookie: str = ""

    @property
    def is_ack(self) -> bool:
        """A good POST answers 303."""
        return self.status == 303


NOTHING = Answer(0)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser with a session, which knows the form token of its pages."""

    port: int
    cookie: str
    token: str

    @classmethod
    def signed_in(cls, port: int, session_token: str) -> Visitor:
        return cls(port, cookie_with({"sid": session_token, "csrf_token": CSRF}), _form_token())

    @classmethod
    def nobody(cls, port: int) -> Visitor:
        """A browser that holds no session, only the token of a form it has opened."""
        return cls(port, cookie_with({"csrf_token": CSRF}), _form_token())

    def with_form_from(self, age: timedelta) -> Visitor:
        """The same browser, whose form was opened so long ago."""
        return Visitor(self.port, self.cookie, _form_token(age))

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", "")

    def seen_version(self, path: str) -> str:
        """What the page carries of the version that it shows. Raises ValueError where it carries none."""
        for field in lxml.html.fromstring(self.get(path).text).iter("input"):
            if field.get("name") == "version":
                return str(field.get("value"))
        raise ValueError(f"{path} carries no version")

    def post(self, path: str, fields: Iterable[tuple[str, str]] = ()) -> Answer:
        body = urlencode([("csrf_token", self.token), *fields]).encode()
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def post_file(self, path: str, name: str, content: bytes) -> Answer:
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token}\r\n'
        head += f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{_BOUNDARY}--\r\n".encode()
        return self._ask("POST", path, body, f"multipart/form-data; boundary={_BOUNDARY}")

    def post_in_halves(self, path: str, between: Callable[[], None]) -> Answer:
        """A POST whose body arrives in two halves; `between` happens when the first half has long arrived."""
        body = urlencode([("csrf_token", self.token)]).encode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as wire:
            head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {self.cookie}", "Connection: close"]
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "", ""]
            wire.sendall("\r\n".join(head).encode() + body[:10])
            time.sleep(PAUSE_SECONDS)
            between()
            wire.sendall(body[10:])
            answer = http.client.HTTPResponse(wire)
            answer.begin()
            return _read(answer)

    def press(self, page: Answer, path: str) -> Answer:
        """Send the form of a page that leads to the path, with the values and the token that it carries.

        A page without such a form is answered by nothing.
        """
        forms = [form for form in lxml.html.fromstring(page.text or "<p>").iter("form") if form.get("action") == path]
        if not forms:
            return NOTHING
        fields = [(str(one.get("name")), str(one.get("value"))) for one in forms[0].iter("input")]
        body = urlencode(fields).encode()
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def with_cookie(self, answer: Answer) -> Visitor:
        """The same browser, with the cookie that the answer has set."""
        return Visitor(self.port, answer.cookie or self.cookie, self.token)

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin", **({"Content-Type": kind} if kind else {})}
        try:
            connection.request(method, path, body=body or None, headers=headers)
            return _read(connection.getresponse())
        except (OSError, http.client.HTTPException):
            return NOTHING
        finally:
            connection.close()


def _read(answer: http.client.HTTPResponse) -> Answer:
    text = answer.read().decode()
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    return Answer(answer.status, answer.getheader("Location") or "", text, cookie)


def _form_token(age: timedelta = timedelta(0)) -> str:
    """The token of a form that was opened so long ago."""

    class Then(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - int(age.total_seconds())

    token: str | bytes = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token", signer=Then).dumps(CSRF)
    return str(token)
