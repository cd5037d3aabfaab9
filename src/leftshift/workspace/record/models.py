"""The event: one governed change, written in the same transaction as the change."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """Somebody did something to something. Rows are only ever added: the database refuses all else."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=200)
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=300)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.by}: {self.action} {self.subject}"


def record_event(*, by: str, action: str, subject: str, detail: dict[str, object]) -> Event:
    """Add an event; call it inside the transaction of the change it tells of."""
    return Event.objects.create(by=by, action=action, subject=subject, detail=detail)
