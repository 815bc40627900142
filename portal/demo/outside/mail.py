"""A mail server that takes every message and delivers to nobody but the page (RFC 5321, as much of it as a submission uses)."""

from __future__ import annotations

import base64
import email
import email.policy
import re
import socketserver
import threading
from collections.abc import Callable
from email.message import EmailMessage
from typing import Final

from portal.demo.outside.cutting import reset
from portal.demo.outside.post import OtherMessage, Post, Received
from portal.supervisor.outside import SMTP_LOGIN

LONGEST_LINE: Final = 1000
MOST_BYTES: Final = 2_000_000
SHOWN_HEADERS: Final = ("List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted", "Content-Language", "Message-ID", "Reply-To")
_ADDRESS: Final = re.compile(r"<([^<>\s@]+@[^<>\s@]+)>(?: .*)?", re.ASCII)
_REFERENCE: Final = re.compile(r"<([A-Za-z0-9.-]{1,64})@[^>]+>")


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on this machine only."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, post: Post) -> None:
        self.post = post
        super().__init__(("127.0.0.1", port), Conversation)

    def start(self) -> None:
        """Serve beside whatever the process does."""
        threading.Thread(target=self.serve_forever, daemon=True, name="smtp").start()


class Hangup(Exception):
    """The conversation is over without a word."""


class Conversation(socketserver.StreamRequestHandler):
    """One client from greeting to ``QUIT``."""

    server: MailServer
    timeout = 600

    def handle(self) -> None:
        """Answer command after command."""
        self._sender, self._recipients = "", list[str]()
        self._is_over = False
        commands: dict[str, Callable[[str], str]] = {
            "EHLO": lambda _rest: f"250-outside.localhost\r\n250-SIZE {MOST_BYTES}\r\n250-8BITMIME\r\n250 AUTH PLAIN",
            "HELO": lambda _rest: "250 outside.localhost",
            "AUTH": _authenticate, "MAIL": self._mail, "RCPT": self._rcpt, "DATA": self._data, "RSET": self._rset,
            "NOOP": lambda _rest: "250 OK", "VRFY": lambda _rest: "252 Send it and see", "QUIT": self._quit,
        }  # fmt: skip
        try:
            self._say("220 outside.localhost ESMTP")
            while not self._is_over and (line := self.rfile.readline(LONGEST_LINE)):
                verb, _blank, rest = line.decode("utf-8", "replace").strip().partition(" ")
                command = commands.get(verb.upper())
                self._say(command(rest) if command else "500 Not known here")
        except (Hangup, OSError):
            return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _mail(self, rest: str) -> str:
        found = _ADDRESS.fullmatch(rest[len("FROM:") :].strip()) if rest.upper().startswith("FROM:") else None
        if not found:
            return "501 MAIL FROM:<address>"
        self._sender, self._recipients = found[1], []
        return "250 OK"

    def _rcpt(self, rest: str) -> str:
        found = _ADDRESS.fullmatch(rest[len("TO:") :].strip()) if rest.upper().startswith("TO:") else None
        if not self._sender or not found:
            return "503 MAIL first" if found else "501 RCPT TO:<address>"
        self._recipients.append(found[1])
        return "250 OK"

    def _rset(self, _rest: str) -> str:
        self._sender, self._recipients = "", []
        return "250 OK"

    def _quit(self, _rest: str) -> str:
        self._is_over = True
        return "221 Goodbye"

    def _data(self, _rest: str) -> str:
        if not self._recipients:
            return "503 RCPT first"
        self._say("354 End with a dot")
        raw = self._body()
        message = email.message_from_bytes(raw, policy=email.policy.SMTP)
        mode = self.server.post.moods.next("email")
        if mode == "hang":
            raise Hangup
        if mode in {"refuse", "fail"}:
            return "550 5.1.1 No such mailbox" if mode == "refuse" else "451 4.3.0 Try again later"
        found = _REFERENCE.fullmatch(str(message["Message-ID"] or "").strip())
        if len(raw) > MOST_BYTES or not found:
            return "552 5.3.4 Too large" if found else "554 5.6.0 Message-ID is missing"
        answer = self._keep(message, reference=found[1], mode=mode)
        if mode == "reset":
            reset(self.connection)
            raise Hangup
        return answer

    def _keep(self, message: EmailMessage, *, reference: str, mode: str) -> str:
        to, title, text = self._recipients[0], str(message["Subject"] or ""), _text_of(message)
        try:
            taken = self.server.post.take(channel="email", reference=reference, to=to, text=f"{title}\n{text}")
        except OtherMessage:
            return "554 5.6.0 The Message-ID was used for another message"
        if taken.is_new:
            headers = {name: str(message[name]) for name in SHOWN_HEADERS if message[name]}
            shown = Received(
                channel="email", to=to, title=title, text=text, reference=reference, message_id=taken.message_id, headers=headers,
                sender=str(message["From"] or self._sender), state="dropped" if mode == "drop" else "delivered",
            )  # fmt: skip
            self.server.post.show(shown)
        self._rset("")
        return f"250 2.0.0 Taken as {taken.message_id}"

    def _body(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise Hangup
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)


def _authenticate(rest: str) -> str:
    kind, _blank, given = rest.partition(" ")
    expected = base64.b64encode("\0".join(("", *SMTP_LOGIN)).encode()).decode()
    return "235 2.7.0 Welcome" if kind.upper() == "PLAIN" and given == expected else "535 5.7.8 Not known"


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain",))
    return str(body.get_content()).replace("\r\n", "\n").strip() if body else ""
