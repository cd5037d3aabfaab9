"""The slice of pooled funds as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class FundConfig(AppConfig):
    """Holds pooled funds of places."""

    name = "leftshift.workspace.fund"
    label = "fund"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer what other slices ask: what was spent on a scheme."""
        from leftshift.workspace.fund.queries import spent_on
        from leftshift.workspace.shared.between import answer_spent

        answer_spent(spent_on)
