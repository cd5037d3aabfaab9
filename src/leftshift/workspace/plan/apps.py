"""The plan slice as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Holds stored places, their versions and runs."""

    name = "leftshift.workspace.plan"
    label = "plan"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say which jobs this slice does."""
        from leftshift.workspace.plan.actions import importing, loading, packing
        from leftshift.workspace.shared.jobs import register

        register(importing.KIND, importing.import_upload)
        register(loading.KIND, loading.load_upload)
        register(packing.KIND, packing.make_pack)
