"""A study keeps what was asked and what it was asked of; its answer is written once, and neither is altered."""

from __future__ import annotations

from django.db import models

from leftshift.workspace.plan.models import PlaceVersion


class Study(models.Model):
    """A question about a version of a place, under scenarios."""

    version = models.ForeignKey(PlaceVersion, on_delete=models.PROTECT, related_name="studies")
    scenarios = models.JSONField(default=list)
    kind = models.CharField(max_length=20)
    question = models.JSONField()
    title = models.CharField(max_length=300)
    by = models.CharField(max_length=400)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"study {self.pk} of {self.version}"


class Answer(models.Model):
    """What came of a study, and which release of the model worked it out."""

    study = models.OneToOneField(Study, on_delete=models.PROTECT, related_name="answer")
    release = models.CharField(max_length=64)
    document = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"answer of {self.study}"
