"""A programme of a place: its tables as people edit them, highlight reports that were frozen, packs that were issued, and what the public sees.

What is edited leaves its edits; everything else is only ever added. What was published is read by anybody, and answers
to a survey are written by anybody and read by nobody from outside: the policies of the database say so.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models

from leftshift.workspace.plan.models import StoredPlace

_LONG, _SHORT = 400, 100
PUBLISHED = ("survey", "engagement", "pack", "minutes", "register")
"""Kinds of what may be published."""


class Programme(models.Model):
    """The programme of a place; ``edits`` is the number of its last edit."""

    place = models.OneToOneField(StoredPlace, on_delete=models.PROTECT, related_name="programme")
    code = models.CharField(max_length=_SHORT, unique=True)
    name = models.CharField(max_length=300)
    edits = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.CharField(max_length=_LONG)

    database_rights: ClassVar = ("edits", "name")

    def __str__(self) -> str:
        return self.code


class ProgrammeFile(models.Model):
    """One file of a programme as it now stands: a sheet, or a text."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="files")
    file = models.CharField(max_length=200)
    content = models.JSONField()
    edits = models.PositiveIntegerField(default=0)

    database_rights: ClassVar = ("content", "edits")

    class Meta:
        ordering = ("file",)
        constraints = (
            models.UniqueConstraint(fields=("programme", "file"), name="one_state_a_programme_file"),
        )

    def __str__(self) -> str:
        return f"{self.file} of {self.programme}"


class ProgrammeEdit(models.Model):
    """What somebody changed in one save, and what takes it back."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="history")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)
    changes = models.JSONField()
    inverse = models.JSONField()
    undoes = models.PositiveIntegerField(null=True)
    save_key = models.CharField(max_length=64, default="", db_default="")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("programme", "number"), name="one_programme_edit_a_number"),
            models.UniqueConstraint(
                fields=("programme", "save_key"),
                condition=~models.Q(save_key=""),
                name="one_programme_edit_a_save",
            ),
        )

    def __str__(self) -> str:
        return f"edit {self.number} of {self.programme}"


class HighlightReport(models.Model):
    """A highlight report as it was filed: whatever changes afterwards, it stays as it was."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="reports")
    project = models.CharField(max_length=_SHORT)
    period = models.CharField(max_length=20)
    document = models.JSONField()
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("programme", "project", "period"), name="one_report_a_period"),
        )

    def __str__(self) -> str:
        return f"highlight report of {self.project}, {self.period}"


class IssuedPack(models.Model):
    """The papers of a meeting as they were issued: the pack for everybody, what is exempt apart, and every page's number."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="packs")
    meeting = models.CharField(max_length=_SHORT)
    issue = models.PositiveIntegerField()  # 1; later ones are supplements
    document = models.JSONField()
    public_pdf = models.BinaryField()
    exempt_pdf = models.BinaryField(null=True)
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("programme", "meeting", "issue"), name="one_pack_an_issue"),
        )

    def __str__(self) -> str:
        return f"pack of {self.meeting}, issue {self.issue}"


class Publication(models.Model):
    """Something that anybody may read without signing in, as it was when it was published; the last of its key counts."""

    place = models.ForeignKey(StoredPlace, on_delete=models.PROTECT, related_name="publications")
    place_code = models.CharField(max_length=_SHORT)
    place_name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=_SHORT)
    title = models.CharField(max_length=300)
    document = models.JSONField()
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    database_rights: ClassVar = ("withdrawn_at",)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=PUBLISHED), name="kind_of_publication"),
            models.UniqueConstraint(
                fields=("place", "kind", "key"),
                condition=models.Q(withdrawn_at=None),
                name="one_publication_a_key",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key} of {self.place_code}"


class SurveyAnswer(models.Model):
    """What somebody answered: nothing says who, and of the time only the day is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="answers")
    group = models.CharField(
        max_length=200, blank=True
    )  # no default of the database: it would be read back, which a stranger may not
    answers = models.JSONField()
    on = models.DateField()

    class Meta:
        ordering = ("on", "id")

    def __str__(self) -> str:
        return f"an answer to {self.publication}"


EVERY = ("daily", "weekly")
"""How often a digest comes."""


class DigestSubscription(models.Model):
    """Somebody who wants the digest of a programme by mail; ``owner`` is empty where they want all of it.

    ``last_said`` is when each milestone was expected in the last one: what the next compares with.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="subscriptions")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    every = models.CharField(max_length=10)
    owner = models.CharField(max_length=300, default="", db_default="")
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    last_sent_on = models.DateField(null=True)
    last_said = models.JSONField(null=True)

    database_rights: ClassVar = ("ended_at", "last_sent_on", "last_said")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(every__in=EVERY), name="how_often_a_digest_comes"),
            models.UniqueConstraint(
                fields=("programme", "account"),
                condition=models.Q(ended_at=None),
                name="one_digest_a_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.every} digest of {self.programme}"


class CalendarAddress(models.Model):
    """An address at which somebody's calendar program reads what is due of a programme, until it is ended or made anew."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="calendar_addresses")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    database_rights: ClassVar = ("ended_at",)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "account"),
                condition=models.Q(ended_at=None),
                name="one_calendar_address_a_person",
            ),
        )

    def __str__(self) -> str:
        return f"calendar address of {self.programme}"
