"""The event: one governed change, written in the same transaction as the change, and chained to the one before it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models


class Event(models.Model):
    """Somebody did something to something. Rows are only ever added: the database refuses all else.

    ``number``, ``previous`` and ``digest`` are given by the database: each digest covers the event and the digest
    before it, so that an event that was altered, removed or slipped in shows.
    """

    number = models.BigIntegerField(unique=True, editable=False, null=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=400)
    actor = models.CharField(max_length=40, default="", db_default="", editable=False)
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=300)
    place = models.CharField(max_length=100, default="", db_default="")
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, default="", db_default="", editable=False)
    digest = models.CharField(max_length=64, default="", db_default="", editable=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.by}: {self.action} {self.subject}"


class Head(models.Model):
    """How long the trail is and how it ends: only the database itself moves it."""

    events = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.events} events, {self.digest[:12]}"


def record_event(
    *, by: str, action: str, subject: str, detail: Mapping[str, object], place: str = ""
) -> Event:
    """Add an event; call it inside the transaction of the change it tells of. ``place`` is the code it concerns."""
    return Event.objects.create(by=by, action=action, subject=subject, detail=dict(detail), place=place)
