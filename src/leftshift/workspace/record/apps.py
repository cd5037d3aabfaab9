"""The record as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Holds the trail of events, and tells every connection who asks."""

    name = "leftshift.workspace.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell each new connection on whose behalf it is used."""
        from django.db.backends.signals import connection_created

        from leftshift.workspace.record.acting import watch_new_connection

        connection_created.connect(watch_new_connection, dispatch_uid="leftshift.actor")
