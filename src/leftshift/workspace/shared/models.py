"""Work that goes on behind the pages, and the files it works on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from leftshift.workspace.accounts.models import Account

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
STATES = (WAITING, RUNNING, DONE, FAILED, CANCELLED)


class Upload(models.Model):
    """A file that somebody sent."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=300)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """A piece of work: who asked for it, how far it is, what came of it.

    A worker holds it by a lease that it renews; a job whose lease has run out is taken up again, three times at most.
    """

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    inputs = models.JSONField(default=dict)
    key = models.CharField(max_length=100, unique=True)
    place = models.CharField(max_length=100, default="", db_default="")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="jobs")
    by = models.CharField(max_length=400)
    state = models.CharField(max_length=20, default=WAITING)
    attempts = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=300, default="", db_default="")
    result = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    worker = models.CharField(max_length=100, default="", db_default="")
    lease_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    database_rights: ClassVar = (
        "state", "attempts", "progress", "words", "result", "cancel_asked", "worker", "lease_until", "started_at", "ended_at",
    )  # fmt: skip

    class Meta:
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=models.Q(state__in=STATES), name="state_is_known"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen with it."""
        return self.state in (DONE, FAILED, CANCELLED)
