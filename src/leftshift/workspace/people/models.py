"""Releases of cohorts with protected counts, lists of people by key, and the record of every look at one of them.

``Access`` has no reference to a row of a list: lists are replaced, and who looked at whom stays. Its number, time, actor and digest
are given by the database, which refuses to alter or remove a row.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from leftshift.workspace.plan.models import StoredPlace

PURPOSES = {
    "direct_care": "Direct care of the people listed",
    "list_validation": "Checking that the list is right",
    "other": "Another purpose",
}
"""What somebody may look at people for."""


class Release(models.Model):
    """A cohort of one run, as a place holds it: what the run was, and counts that may be shown. Never altered."""

    place = models.ForeignKey(StoredPlace, on_delete=models.PROTECT, related_name="cohort_releases")
    cohort = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    as_at = models.DateField()
    definition = models.JSONField()
    run = models.JSONField()
    by = models.CharField(max_length=400)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-as_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("place", "cohort", "digest"), name="one_release_a_run"),
        )

    def __str__(self) -> str:
        return f"{self.cohort} of {self.place} as at {self.as_at}"

    @property
    def criteria(self) -> dict[str, str]:
        """Name and title of each criterion, in the order of the definition."""
        return dict(self.definition["criteria"])


class CohortCell(models.Model):
    """A protected count of a practice, or of a locality, whose practice is an empty text; ``reason`` says of whom; 0 is hidden."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="cells")
    commissioner = models.CharField(max_length=100)
    locality = models.CharField(max_length=200)
    practice = models.CharField(max_length=100, blank=True, default="", db_default="")
    reason = models.CharField(max_length=100)
    people = models.PositiveIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("release", "commissioner", "locality", "practice", "reason"), name="one_cell_a_group"
            ),
        )

    def __str__(self) -> str:
        return f"{self.practice or self.locality}, {self.reason}: {self.people}"


class Listed(models.Model):
    """A person of the current list of a cohort, by key: no name and no NHS number. A new list replaces all rows of the old.

    ``items``: of each score the names of the items that were met; without the score where the run did not keep them.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="listed")
    key = models.CharField(max_length=64)
    commissioner = models.CharField(max_length=100)
    locality = models.CharField(max_length=200)
    practice = models.CharField(max_length=100)
    age_band = models.CharField(max_length=20)
    reasons = models.JSONField()
    scores = models.JSONField()
    items = models.JSONField(default=dict, db_default={})

    database_rights: ClassVar = ("DELETE",)

    class Meta:
        ordering = ("practice", "key")
        constraints = (models.UniqueConstraint(fields=("release", "key"), name="listed_once"),)

    def __str__(self) -> str:
        return f"{self.key} of {self.release}"


class Access(models.Model):
    """Somebody was shown somebody: one row for each person of each page. Only ever added to."""

    number = models.BigIntegerField(unique=True, editable=False, null=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=400)
    actor = models.CharField(max_length=40, default="", db_default="", editable=False)
    place = models.ForeignKey(StoredPlace, on_delete=models.PROTECT, related_name="accesses")
    key = models.CharField(max_length=64)
    page = models.CharField(max_length=20)
    view = models.CharField(max_length=32)
    cohort = models.CharField(max_length=100)
    purpose = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    previous = models.CharField(max_length=64, default="", db_default="", editable=False)
    digest = models.CharField(max_length=64, default="", db_default="", editable=False)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("place", "view"), name="accesses_of_a_view"),
            models.Index(fields=("place", "key"), name="accesses_to_a_person"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(purpose__in=list(PURPOSES)), name="purpose_of_access_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose="other") | ~models.Q(reason=""), name="another_purpose_has_words"
            ),
        )

    def __str__(self) -> str:
        return f"{self.by} was shown {self.key}"


class AccessHead(models.Model):
    """How long the record of looks is and how it ends: only the database itself moves it."""

    looks = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.looks} looks, {self.digest[:12]}"
