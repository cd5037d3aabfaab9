"""Accounts as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Holds accounts, organisations, roles and invitations."""

    name = "leftshift.workspace.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
