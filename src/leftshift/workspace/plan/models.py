"""A stored place is a document with versions; a run keeps its inputs and its result. Nothing is altered."""

from __future__ import annotations

from django.db import models


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
