"""Tests reach this machine and no other, and this test proves it."""

from __future__ import annotations

import socket
import urllib.request

import pytest

from tests.conftest import NetworkBlocked


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443), ("2001:db8::1", 80, 0, 0)])
def test_it_refuses_every_other_machine(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as one:
        with pytest.raises(NetworkBlocked):
            one.connect(address)
        with pytest.raises(NetworkBlocked):
            one.connect_ex(address)


def test_it_refuses_to_look_a_name_up() -> None:
    with pytest.raises(NetworkBlocked):
        socket.getaddrinfo("example.org", 443)
    with pytest.raises(NetworkBlocked):
        socket.create_connection(("example.org", 443))


def test_it_refuses_what_stands_on_sockets() -> None:
    with pytest.raises(NetworkBlocked):
        urllib.request.urlopen("http://example.org/")


def test_it_refuses_datagrams() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(NetworkBlocked):
        one.sendto(b"x", ("192.0.2.1", 53))


def test_it_lets_this_machine_talk_to_itself() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5) as client,
    ):
        assert client.getpeername()[0] == "127.0.0.1"
