"""A time-stamp authority as a process of its own: RFC 3161 over HTTP, the tokens made by OpenSSL."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[tsa]
default_tsa = main
[main]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
[usage]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Where it listens, and the certificate that it is believed by."""

    address: str
    certificate: bytes


@contextmanager
def time_stamp_authority(folder: Path) -> Iterator[Authority]:
    """Run one until the end of the block."""
    _keys(folder)
    command = [sys.executable, __file__, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        yield Authority(address=f"http://127.0.0.1:{port}/", certificate=(folder / "ca.pem").read_bytes())
        process.terminate()


def _keys(folder: Path) -> None:
    config = folder / "tsa.cnf"
    config.write_text(CONFIG.format(folder=folder))
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _openssl("req", "-x509", *key, "-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-days", "3650", "-subj", "/CN=Test TSA root",
             "-config", config, "-extensions", "ca")  # fmt: skip
    _openssl("req", *key, "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr", "-subj", "/CN=Test TSA", "-config", config)
    _openssl("x509", "-req", "-in", folder / "tsa.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial",
             "-out", folder / "tsa.pem", "-days", "3650", "-extfile", config, "-extensions", "usage")  # fmt: skip
    (folder / "serial").write_text("01")


def _openssl(*arguments: object) -> bytes:
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True).stdout


def serve(folder: Path) -> None:
    """Listen on a free port, and say which."""

    class Handler(BaseHTTPRequestHandler):
        """Answers one request with one token."""

        def do_POST(self) -> None:
            """Stamp what is asked for."""
            query = folder / "query.tsq"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            answer = _openssl("ts", "-reply", "-config", folder / "tsa.cnf", "-queryfile", query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_given: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
