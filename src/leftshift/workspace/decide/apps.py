"""The slice of studies as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class DecideConfig(AppConfig):
    """Holds studies: what was asked of which version, and what came of it."""

    name = "leftshift.workspace.decide"
    label = "decide"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which jobs this slice does."""
        from leftshift.workspace.decide.actions import studying
        from leftshift.workspace.shared.jobs import register

        register(studying.KIND, studying.make_study)
