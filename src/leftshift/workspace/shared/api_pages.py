"""The API for people: its document, and a page made of it that lists every operation with what it takes and gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.parameters import parameter
from leftshift.workspace.accounts.roles import SIGNED_IN, Permission, roles_that

Document = Mapping[str, Any]
_BY_HAND = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list",
    "object": "object",
}


@dataclass(frozen=True)
class Item:
    """A parameter, or a field of what is sent or answered."""

    name: str
    where: str
    kind: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    """An operation as the page shows it."""

    key: str
    title: str
    method: str
    address: str
    description: str
    needs: str
    parameters: list[Item]
    body: list[Item]
    answer: list[Item]
    statuses: list[tuple[str, str]]
    example: str


@dataclass(frozen=True)
class Section:
    """Operations on one thing."""

    name: str
    operations: list[Operation] = field(default_factory=list)


def sections_of(document: Document, host: str) -> list[Section]:
    """Every operation of a document, by what it is about."""
    found: dict[str, Section] = {}
    for address, methods in document["paths"].items():
        for method, entry in methods.items():
            name = entry["tags"][0]
            found.setdefault(name, Section(name)).operations.append(
                _operation(document, address, method.upper(), entry, host)
            )
    return list(found.values())


def _operation(document: Document, address: str, method: str, entry: Document, host: str) -> Operation:
    body: tuple[str, Document] = next(iter(entry.get("requestBody", {}).get("content", {}).items()), ("", {}))
    answers = [
        content
        for status, told in entry["responses"].items()
        if int(status) < 300
        for content in told.get("content", {}).values()
    ]
    return Operation(
        entry["operationId"],
        entry["summary"],
        method,
        address,
        entry.get("description", ""),
        _needs(entry),
        [
            _item(document, told["name"], told["in"], told["schema"], told["required"], told)
            for told in entry.get("parameters", [])
        ],
        list(_fields(document, body[1].get("schema", {}))),
        list(_fields(document, answers[0].get("schema", {}))) if answers else [],
        [
            (str(status), told["description"])
            for status, told in sorted(entry["responses"].items(), key=lambda found: int(found[0]))
        ],
        _example(document, address, method, entry, body, host),
    )


def _needs(entry: Document) -> str:
    wanted, writes = entry["x-needs"], " It needs a token that may write." if entry["x-writes"] else ""
    if wanted not in Permission.__members__:
        return f"For every token.{writes}"
    permission = Permission[wanted]
    names = ", ".join(role.name.lower() for role in roles_that(permission))
    return f"For who may {permission.value}: {names}.{writes}"


def _resolved(document: Document, schema: Document) -> Document:
    if "$ref" in schema:
        return _resolved(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return schema


def _fields(document: Document, schema: Document) -> Iterator[Item]:
    shape = _resolved(document, schema)
    required = shape.get("required", [])
    for name, told in shape.get("properties", {}).items():
        yield _item(document, name, "", told, name in required, told)


def _item(
    document: Document, name: str, where: str, schema: Document, is_required: bool, told: Document
) -> Item:
    return Item(
        name,
        {"path": "address"}.get(where, where),
        _kind(document, schema),
        is_required,
        told.get("description", ""),
    )


def _kind(document: Document, schema: Document) -> str:
    """What a value is, in words."""
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_kind(document, each) for each in schema[several]))
    shape = _resolved(document, schema)
    if shape.get("format") == "binary":
        return "file"
    if shape.get("type") == "array":
        return f"list of {_kind(document, shape.get('items', {}))}"
    if "$ref" in schema:
        return str(shape.get("title", "object")).lower()
    return _BY_HAND.get(str(shape.get("type")), "nothing" if shape.get("type") == "null" else "any value")


def _example(
    document: Document, address: str, method: str, entry: Document, body: tuple[str, Document], host: str
) -> str:
    for told in entry.get("parameters", []):
        if told["in"] == "path":
            address = address.replace(f"{{{told['name']}}}", str(told["schema"].get("examples", [1])[0]))
    lines = [f'curl -H "Authorization: Bearer $TOKEN"{"" if method == "GET" else f" -X {method}"}']
    if body[0] == "application/json":
        sent = {
            name: told["examples"][0]
            for name, told in _resolved(document, body[1]["schema"])["properties"].items()
            if "examples" in told
        }
        lines += ['-H "Content-Type: application/json"', f"-d '{json.dumps(sent, ensure_ascii=False)}'"]
    elif body[0]:
        lines.append("-F file=@eastvale.xlsx")
    return " \\\n  ".join([*lines, f"{host}{address}"])


def pages_of(document: Callable[[], Document]) -> list[URLPattern]:
    """The addresses of the page and of the document, for who has signed in."""

    @needs(SIGNED_IN)
    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        shown = {
            "sections": sections_of(document(), f"{request.scheme}://{request.get_host()}"),
            "introduction": document()["info"]["description"],
            "days": parameter("token", "days"),
            "requests": parameter("token", "requests_a_minute"),
        }
        return render(request, "shared/api.jinja", shown)

    @needs(SIGNED_IN)
    @require_safe
    def file(request: HttpRequest) -> HttpResponse:
        return JsonResponse(dict(document()), json_dumps_params={"indent": 1, "ensure_ascii": False})

    return [path("", page, name="api"), path("openapi.json", file, name="openapi-file")]
