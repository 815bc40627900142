"""Send cases and their progress to the hall: a start for a back office. Needs Python 3.11 and the package ``cryptography``.

    python exchange_client.py enrol --url https://hall.example.gov --key feed.key --code 7Q2M-9XKD-3F0A-5HTE-1RWZ-8V4C
    python exchange_client.py send messages.ndjson --url https://hall.example.gov --key feed.key --key-id my-system-1f0c9a2e

``messages.ndjson`` holds one message a line, as docs/exchange.md describes them. Sending a file again is safe: what acted does not
act again. Exit status: 0 everything acted, 1 something waits or is held, 2 something was refused, 3 the hall could not be reached
or refused the whole request.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

PATH = "/api/v1/exchange/cases/"
ENROL_PATH = "/api/v1/feeds/enrol/"
# What the hall calls a key that it does not know yet.
NEW_KEY = "enrolment"
MOST_MESSAGES = 500
MOST_BYTES = 900_000
TRIES = 6
AGAIN = (408, 425, 429, 500, 502, 503, 504)

Message = dict[str, Any]
Answer = dict[str, Any]


class Refused(Exception):
    """The hall refused the whole request, or could not be reached after several tries."""


@dataclass(frozen=True, kw_only=True)
class Hall:
    """Where the hall is, and the key by which it knows us."""

    url: str
    key: Ed25519PrivateKey
    key_id: str
    timeout: float = 60.0

    def send(self, messages: list[Message]) -> list[Answer]:
        """Return an answer for each message. What fails on the way is tried again, signed anew; the hall knows what it has."""
        body = json.dumps({"messages": messages}, ensure_ascii=False).encode()
        problem = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(min(2**attempt, 60) * (0.5 + secrets.randbelow(1000) / 1000))
            try:
                return self._post(body)
            except urllib.error.HTTPError as error:
                problem = _told(error)
                if error.code not in AGAIN:
                    break
                wait = error.headers.get("Retry-After") or ""
                time.sleep(min(int(wait), 60) if wait.isdecimal() else 0)
            except OSError as error:
                problem = str(error)
        raise Refused(problem)

    def enrol(self, code: str) -> Answer:
        """Bring the public key with a one-time code of the hall; return what the hall calls us from now on.

        Tried once: a code works once, so whether it did is better asked of the hall than guessed.
        """
        public_key = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        try:
            answer: Answer = self._call(ENROL_PATH, json.dumps({"code": code, "public_key": public_key}).encode())
        except urllib.error.HTTPError as error:
            raise Refused(_told(error)) from error
        except OSError as error:
            raise Refused(str(error)) from error
        return answer

    def _post(self, body: bytes) -> list[Answer]:
        answers: list[Answer] = self._call(PATH, body)["results"]
        return answers

    def _call(self, path: str, body: bytes) -> Any:
        url = self.url.rstrip("/") + path
        request = urllib.request.Request(url, data=body, method="POST", headers=self._headers(url, body))
        with urllib.request.urlopen(request, timeout=self.timeout) as response:
            return json.load(response)

    def _headers(self, url: str, body: bytes) -> dict[str, str]:
        """Sign the request: RFC 9421 with Ed25519 over the digest of RFC 9530."""
        parts = urlsplit(url)
        default_port = {"http": ":80", "https": ":443"}[parts.scheme]
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
        covered = {
            "@method": "POST",
            "@authority": parts.netloc.lower().removesuffix(default_port),
            "@path": parts.path,
            "content-digest": digest,
        }
        names = " ".join(f'"{name}"' for name in covered)
        parameters = f'({names});created={int(time.time())};keyid="{self.key_id}";alg="ed25519";nonce="{secrets.token_urlsafe(24)}"'
        lines = [f'"{name}": {value}' for name, value in covered.items()]
        signature = self.key.sign("\n".join([*lines, f'"@signature-params": {parameters}']).encode())
        return {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Content-Digest": digest,
            "Signature-Input": f"feed={parameters}",
            "Signature": f"feed=:{base64.b64encode(signature).decode()}:",
        }


def _told(error: urllib.error.HTTPError) -> str:
    """Return what a problem document (RFC 9457) says."""
    try:
        problem = json.load(error)
        trace = f" (trace {problem['trace_id']})" if problem["trace_id"] else ""
        return f"{error.code} {problem['code']}: {problem['detail']}{trace}"
    except (ValueError, KeyError, TypeError):
        return f"{error.code} {error.reason}"


def batches(messages: list[Message]) -> Iterator[list[Message]]:
    """Yield the messages in portions that the hall takes: at most 500, and not too many bytes."""
    batch: list[Message] = []
    size = 0
    for message in messages:
        length = len(json.dumps(message, ensure_ascii=False).encode()) + 2
        if batch and (len(batch) == MOST_MESSAGES or size + length > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch


def deliver(hall: Hall, messages: list[Message]) -> list[Answer]:
    """Send all messages; ask once more for those that waited, for what they waited for may have been sent behind them."""
    answers = [answer for batch in batches(messages) for answer in hall.send(batch)]
    waiting = [place for place, answer in enumerate(answers) if answer["state"] == "waiting"]
    asked_again = [answer for batch in batches([messages[place] for place in waiting]) for answer in hall.send(batch)]
    for place, answer in zip(waiting, asked_again, strict=True):
        answers[place] = answer
    return answers


def read_messages(path: Path) -> list[Message]:
    """Return the messages of a file, one JSON object a line; blank lines are passed over."""
    messages = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                messages.append(json.loads(line))
            except ValueError as error:
                raise SystemExit(f"{path}, line {number}: {error}") from error
    return messages


def report(messages: list[Message], answers: list[Answer]) -> int:
    """Say what became of the messages; return the exit status."""
    states = Counter(answer["state"] for answer in answers)
    words = {"waiting": "waiting for an earlier one", "quarantined": "held for a person to look at"}
    told = ", ".join(f"{number} {words.get(state, state)}" for state, number in sorted(states.items())) or "nothing to send"
    print(f"{len(messages)} messages: {told}")
    for message, answer in zip(messages, answers, strict=True):
        if answer["state"] not in ("applied", "late"):
            print(f"{answer['state']}  {answer['message_id']}  {_reason(message, answer)}")
    return 2 if states["refused"] else 1 if states["waiting"] or states["quarantined"] else 0


def _reason(message: Message, answer: Answer) -> str:
    if answer["waiting_for"]:
        return f"{message['case']['source_case_id']} number {message['source_sequence']} waits for number {answer['waiting_for']}"
    faults = [f"{fault['field']}: {fault['message']}" for fault in answer["errors"]]
    return "; ".join([f"{answer['code'] or ''} {answer['field'] or ''}".strip(), *faults])


def make_key(path: Path) -> str:
    """Write a new private key, readable by its owner only; return the public one as the hall's operators want it."""
    key = Ed25519PrivateKey.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def read_key(path: Path) -> Ed25519PrivateKey:
    """Return the private key of a file."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise SystemExit(f"{path} holds no Ed25519 key; make one with: keygen")
    return key


def enrol(options: argparse.Namespace) -> int:
    """Bring the key of a file, made if it is not there, and say what to write into every signature."""
    if not options.key.exists():
        make_key(options.key)
    try:
        answer = Hall(url=options.url, key=read_key(options.key), key_id=NEW_KEY).enrol(options.code)
    except Refused as refusal:
        print(f"The hall did not take the key: {refusal}", file=sys.stderr)
        return 3
    print(f"{answer['reference']} is {answer['state']}; its key id is {answer['key_id']}")
    return 0


def send(options: argparse.Namespace) -> int:
    """Send a file and say what became of it."""
    messages = read_messages(options.path)
    try:
        answers = deliver(Hall(url=options.url, key=read_key(options.key), key_id=options.key_id), messages)
    except Refused as refusal:
        print(f"The hall took nothing more: {refusal}", file=sys.stderr)
        return 3
    if options.answers:
        options.answers.write_text("".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers), encoding="utf-8")
    return report(messages, answers)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Send cases and their progress to the hall.")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("keygen", help="make a pair of keys").add_argument("path", type=Path)
    enrolling = actions.add_parser("enrol", help="bring the key to the hall with a one-time code")
    enrolling.add_argument("--code", required=True, help="24 letters and digits, good for an hour")
    sending = actions.add_parser("send", help="send a file of messages, one a line")
    sending.add_argument("path", type=Path)
    sending.add_argument("--key-id", required=True, help="what the hall calls the key")
    sending.add_argument("--answers", type=Path, help="file for the answers, one a line")
    for action in (enrolling, sending):
        action.add_argument("--url", required=True, help="where the hall is: https://hall.example.gov")
        action.add_argument("--key", required=True, type=Path, help="file of the private key")
    return parser.parse_args()


def main() -> int:
    """Do what the command line says."""
    options = parse()
    if options.action == "keygen":
        print(f"public key: {make_key(options.path)}")
        return 0
    return enrol(options) if options.action == "enrol" else send(options)


if __name__ == "__main__":
    sys.exit(main())
