"""A stored place is a document with versions; a run keeps its inputs and its result. Nothing that is stored is altered.

``plan_fingerprint`` covers what the plan's money depends on; ``fingerprint`` covers scenarios and the like as well.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from leftshift.workspace.accounts.models import Account


class StoredPlace(models.Model):
    """A place that the workspace knows, by its code."""

    code = models.CharField(max_length=100, unique=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class PlaceVersion(models.Model):
    """The whole content of a place at one time: file name to text."""

    place = models.ForeignKey(StoredPlace, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    plan_fingerprint = models.CharField(max_length=64, default="", db_default="")
    document = models.JSONField()
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("place", "number")
        constraints = (
            models.UniqueConstraint(fields=("place", "number"), name="one_version_a_number"),
            models.UniqueConstraint(fields=("place", "fingerprint"), name="one_version_a_content"),
        )

    def __str__(self) -> str:
        return f"{self.place} version {self.number}"


class Run(models.Model):
    """The result of the model on a version, by one release of the model."""

    version = models.ForeignKey(PlaceVersion, on_delete=models.PROTECT, related_name="runs")
    model_release = models.CharField(max_length=64)
    result = models.JSONField()
    ran_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("version", "model_release"), name="one_run_a_release"),
        )

    def __str__(self) -> str:
        return f"run of {self.version}"


class Reading(models.Model):
    """One reading of a folder: the version it gave, or the faults for which it was refused."""

    folder = models.CharField(max_length=300)
    version = models.ForeignKey(PlaceVersion, on_delete=models.PROTECT, null=True, related_name="readings")
    faults = models.JSONField(default=dict)
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(version__isnull=False) | ~models.Q(faults={}), name="version_or_faults"
            ),
        )

    def __str__(self) -> str:
        return f"reading of {self.folder}"


class Draft(models.Model):
    """A working copy of a version, open to everybody who may edit; a place has one open draft at most."""

    place = models.ForeignKey(StoredPlace, on_delete=models.PROTECT, related_name="drafts")
    base = models.ForeignKey(PlaceVersion, on_delete=models.PROTECT, related_name="drafts")
    opened_by = models.CharField(max_length=400)
    opened_at = models.DateTimeField(auto_now_add=True)
    edits = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=400, default="", db_default="")
    outcome = models.CharField(max_length=20, default="", db_default="")
    became = models.ForeignKey(PlaceVersion, on_delete=models.PROTECT, null=True, related_name="drafted_as")

    database_rights: ClassVar = ("edits", "closed_at", "closed_by", "outcome", "became_id")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("place",), condition=models.Q(closed_at=None), name="one_open_draft_a_place"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(outcome__in=("sent", "discarded")),
                name="closed_with_an_outcome",
            ),
        )

    def __str__(self) -> str:
        return f"draft of {self.place}"


class DraftFile(models.Model):
    """One file of a draft as it now stands: a sheet, or a text. ``edits`` is the number of the last edit of it."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="files")
    file = models.CharField(max_length=200)
    content = models.JSONField()
    edits = models.PositiveIntegerField(default=0)

    database_rights: ClassVar = ("content", "edits")

    class Meta:
        ordering = ("file",)
        constraints = (models.UniqueConstraint(fields=("draft", "file"), name="one_state_a_file"),)

    def __str__(self) -> str:
        return f"{self.file} of {self.draft}"


class Edit(models.Model):
    """What somebody changed in one save, and what takes it back."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="history")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    by = models.CharField(max_length=400)
    at = models.DateTimeField(auto_now_add=True)
    changes = models.JSONField()
    inverse = models.JSONField()
    undoes = models.PositiveIntegerField(null=True)
    save_key = models.CharField(max_length=64, default="", db_default="")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("draft", "number"), name="one_edit_a_number"),
            models.UniqueConstraint(
                fields=("draft", "save_key"), condition=~models.Q(save_key=""), name="one_edit_a_save"
            ),
        )

    def __str__(self) -> str:
        return f"edit {self.number} of {self.draft}"


class Step(models.Model):
    """A step of a version on its way: sent for review, agreed by an organisation, published, or any of it taken back."""

    version = models.ForeignKey(PlaceVersion, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20)
    organisation = models.CharField(max_length=40, default="", db_default="")
    by = models.CharField(max_length=400)
    at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(default="", db_default="")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.step} of {self.version}"


class Comment(models.Model):
    """What somebody said of a figure, a row or a place; ``about`` names it, ``address`` leads to it."""

    version = models.ForeignKey(PlaceVersion, on_delete=models.PROTECT, related_name="comments")
    about = models.CharField(max_length=400)
    title = models.CharField(max_length=300)
    address = models.CharField(max_length=600)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="comments")
    words = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    answers = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="answered")
    settles = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"comment on {self.title}"


class Mention(models.Model):
    """Somebody who is named in a comment."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="mentions")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="mentions")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("comment", "account"), name="one_mention_a_comment"),)

    def __str__(self) -> str:
        return f"mention of {self.account}"


class BoardPack(models.Model):
    """A board pack that was asked for: its words, the version and the day it is made from."""

    version = models.ForeignKey(PlaceVersion, on_delete=models.PROTECT, related_name="packs")
    scenarios = models.JSONField(default=list)
    words = models.JSONField()
    sign_offs = models.JSONField(default=list)
    title = models.CharField(max_length=300)
    as_of = models.DateField()
    by = models.CharField(max_length=400)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"pack {self.pk} of {self.version}"


class PackFile(models.Model):
    """A pack in one of its forms: HTML, PDF or Word."""

    pack = models.ForeignKey(BoardPack, on_delete=models.PROTECT, related_name="files")
    form = models.CharField(max_length=10)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pack", "form"), name="one_file_a_form"),)

    def __str__(self) -> str:
        return f"{self.pack} as {self.form}"
