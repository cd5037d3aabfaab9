"""Asking the API with real tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.workspace.conftest import account_of

ROOT = "/api/v1"


def token_of(name: str, *, may_write: bool = True, days: int = 1) -> str:
    """A new token of one of the cast."""
    from leftshift.workspace.accounts.actions import make_token
    from leftshift.workspace.record.acting import SYSTEM, acting

    account = account_of(name)
    with acting(SYSTEM):
        return make_token(account, name="a test", may_write=may_write, days=days, by="a test")[1]


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace in which programs may ask as often as they like."""
    monkeypatch.setattr("leftshift.workspace.accounts.tokens.parameter", lambda section, name: 1_000_000)


@dataclass
class Api:
    """A program that asks the API with a token."""

    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, address: str, status: int, sent: Any = None, **more: Any) -> Any:
        """The response, whose status is checked."""
        from django.test import Client

        headers = {
            "host": "localhost",
            **({"authorization": f"Bearer {self.token}"} if self.token else {}),
            **self.headers,
        }
        named: dict[str, Any] = {"content_type": "application/json"} if sent is not None else {}
        response = getattr(Client(), method)(
            f"{ROOT}{address}",
            **({"data": sent} if sent is not None else {}),
            headers=headers,
            **named,
            **more,
        )
        assert response.status_code == status, (method, address, response.status_code, response.content[:600])
        return response

    def get(self, address: str, status: int = 200) -> Any:
        """What is told."""
        return self.ask("get", address, status).json()

    def post(self, address: str, sent: Any = None, status: int = 200) -> Any:
        """What is told of what was sent."""
        return self.ask("post", address, status, sent).json()


def asking(name: str, **more: Any) -> Api:
    """One of the cast, with a new token."""
    return Api(token_of(name, **more))


def operations() -> list[tuple[str, str, Any]]:
    """(method, address, operation) of every operation of the API, with the code that answers it."""
    from leftshift.workspace.site.api import api

    return [
        (method.lower(), address, found)
        for router in api._get_bound_routers()
        for address, view in router.path_operations.items()
        for found in view.operations
        for method in found.methods
    ]
