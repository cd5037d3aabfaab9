"""A mail server as small as one can be (RFC 5321): it keeps what it is sent, asks for a password, and refuses whom it is told to, or goes away."""

from __future__ import annotations

import base64
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Post:
    """What the server was sent, by whom, and for whom it takes nothing."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    hangs_up_at: set[str] = field(default_factory=set)


class _Answer(socketserver.StreamRequestHandler):
    """Speaks to one client."""

    post: Post

    def handle(self) -> None:
        self.say("220 here")
        self.to: list[str] = []
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            getattr(self, f"do_{word.lower()}", self.unknown)(rest)
            if word.upper() == "QUIT":
                return

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def unknown(self, rest: str) -> None:
        self.say("500 what?")

    def do_ehlo(self, rest: str) -> None:
        self.wfile.write(b"250-here\r\n250 AUTH PLAIN\r\n")

    def do_auth(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        self.post.passwords.append(f"{user}:{password}")
        self.say("235 come in" if password == "right @ place" else "535 no")

    def do_mail(self, rest: str) -> None:
        self.to = []
        self.say("250 from")

    def do_rcpt(self, rest: str) -> None:
        address = rest.partition("<")[2].partition(">")[0]
        if address in self.post.hangs_up_at:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if address in self.post.refuses:
            self.say("550 nobody of that name")
            return
        self.to.append(address)
        self.say("250 to")

    def do_data(self, rest: str) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.post.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.post.to += self.to
        self.say("250 kept")

    def do_rset(self, rest: str) -> None:
        self.say("250 forgotten")

    def do_quit(self, rest: str) -> None:
        self.say("221 bye")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def mail_server() -> Iterator[Post]:
    """A server on this machine until the block ends."""
    post = Post()
    with _Server(("127.0.0.1", 0), type("Answer", (_Answer,), {"post": post})) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()
