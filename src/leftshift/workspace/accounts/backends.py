"""How a session finds its account again. Who someone is has been decided before: by password, link or single sign-on."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend

from leftshift.workspace.accounts.models import Account


class Accounts(BaseBackend):
    """Finds accounts by their number."""

    def get_user(self, user_id: int) -> Account | None:
        """The account, while it is active."""
        return Account.objects.filter(pk=user_id, is_active=True).select_related("organisation").first()
