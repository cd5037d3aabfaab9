"""Where mail goes: nowhere, into a folder, or to one mail server that whoever runs the workspace has named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_BACKENDS = "django.core.mail.backends"
_HERE = {"localhost", "127.0.0.1", "::1"}
_PORTS = {"smtp": 25, "smtps": 465}
_STARTTLS_PORT = 587
_FORMS = "file:DIRECTORY, smtp://user:password@host:port?tls=1 or smtps://user:password@host:port"
OFF = "no mail is set up: LEFTSHIFT_MAIL is not set (see docs/guide/operation.md)"


@dataclass(frozen=True)
class Mail:
    """How mail is sent: settings of Django, and why none is sent; never with what was typed, which may hold a password."""

    settings: Mapping[str, Any] = field(
        default_factory=lambda: {"EMAIL_BACKEND": f"{_BACKENDS}.dummy.EmailBackend"}
    )
    problem: str = ""


def mail_of(text: str, sender: str) -> Mail:
    """Mail as LEFTSHIFT_MAIL and LEFTSHIFT_MAIL_FROM say: off where they say nothing, or nothing that can be understood."""
    if not text.strip():
        return Mail(problem=OFF)
    if "@" not in sender or not sender.isprintable():
        return Mail(
            problem="LEFTSHIFT_MAIL_FROM is not an address that mail can come from, such as plans@example.org"
        )
    kind, _, rest = text.strip().partition(":")
    if kind == "file" and rest:
        return Mail({"EMAIL_BACKEND": f"{_BACKENDS}.filebased.EmailBackend", "EMAIL_FILE_PATH": rest})
    if kind in _PORTS:
        return _of_server(text.strip())
    return Mail(problem=f"LEFTSHIFT_MAIL is not understood: it is {_FORMS}")


def _of_server(text: str) -> Mail:
    wrong = Mail(problem=f"LEFTSHIFT_MAIL is not understood: it is {_FORMS}")
    try:
        at = urlsplit(text)
        host, port = at.hostname or "", at.port
        tls = bool(at.query) and parse_qs(at.query, strict_parsing=True) == {"tls": ["1"]}
    except ValueError:
        return wrong
    if not host or at.path not in ("", "/") or at.fragment or (at.query and not tls):
        return wrong
    if at.password and not tls and at.scheme == "smtp" and host not in _HERE:
        return Mail(
            problem="LEFTSHIFT_MAIL would send its password unencrypted: add ?tls=1, or write smtps://"
        )
    return Mail({
        "EMAIL_BACKEND": f"{_BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": port or (_STARTTLS_PORT if tls and at.scheme == "smtp" else _PORTS[at.scheme]),
        "EMAIL_HOST_USER": unquote(at.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(at.password or ""),
        "EMAIL_USE_TLS": tls and at.scheme == "smtp",
        "EMAIL_USE_SSL": at.scheme == "smtps",
    })  # fmt: skip
