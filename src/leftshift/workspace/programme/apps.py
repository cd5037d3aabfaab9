"""The slice of the programme as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """Holds programmes of places, with their boards and what was published of them."""

    name = "leftshift.workspace.programme"
    label = "programme"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer what other slices ask: whether a gate stops money, and who takes in a programme that comes with its place."""
        from leftshift.programme.programme import FOLDER
        from leftshift.workspace.programme.actions.storing import bring_programme
        from leftshift.workspace.programme.queries import stops_of
        from leftshift.workspace.shared.between import answer_brought, answer_stops

        answer_stops(stops_of)
        answer_brought(FOLDER, bring_programme)
