"""What holds for every test: no network but this machine's own, given luck, and nothing skipped in silence."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Generator
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

_SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("default", max_examples=60, deadline=None, suppress_health_check=_SLOW_IS_FINE)
settings.register_profile(
    "ci", parent=settings.get_profile("default"), max_examples=40, derandomize=True, database=None
)
settings.register_profile("deep", parent=settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


class NetworkBlocked(RuntimeError):
    """A test reached for a host that is not this machine."""


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):  # a Unix socket is a path
        return True
    host = str(address[0]).partition("%")[0]
    try:
        return host in {"", "localhost"} or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse(address: Any) -> NoReturn:
    raise NetworkBlocked(
        f"A test tried to reach {address!r}. Tests use this machine only: replace the call, or serve it here."
    )


class GuardedSocket(socket.socket):
    """A socket that reaches this machine and no other."""

    def connect(self, address: Any) -> None:
        """Connect, here only."""
        if not _is_here(address):
            _refuse(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        """Connect and give the error number, here only."""
        if not _is_here(address):
            _refuse(address)
        return super().connect_ex(address)

    def sendto(self, data: Any, *rest: Any) -> int:
        """Send one datagram, here only."""
        if not _is_here(rest[-1]):
            _refuse(rest[-1])
        return super().sendto(data, *rest)


_look_up = socket.getaddrinfo


def _look_up_here(host: Any, *rest: Any, **named: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name is not None and not _is_here((name,)):
        _refuse(name)
    return _look_up(host, *rest, **named)


def pytest_configure() -> None:
    """Guard the network before any test module is read, and let the processes of tests keep what they compile."""
    socket.socket = GuardedSocket  # type: ignore[misc]
    socket.getaddrinfo = _look_up_here
    # Containers like to set this, and then each server and command that a test starts compiles a thousand modules anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one: what a test needs, ``make test`` brings."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, and nothing is skipped here: {report.longrepr}"
    return report
