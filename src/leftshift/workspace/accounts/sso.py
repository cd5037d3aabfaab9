"""Single sign-on by OpenID Connect, with whichever provider the administrator has named in the environment."""

from __future__ import annotations

from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from leftshift.workspace.accounts.actions import accept_invitation
from leftshift.workspace.accounts.models import Account, Invitation
from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.record.models import record_event


class NotSignedOn(Exception):
    """Single sign-on did not end with an account; the words say why and what to do."""


def is_configured() -> bool:
    """Whether a provider is named."""
    return bool(settings.SSO["issuer"])


def _provider() -> Any:
    given = settings.SSO
    return OAuth().register(
        "provider",
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        server_metadata_url=f"{given['issuer'].rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": 10},
    )


def start(request: HttpRequest, back: str) -> HttpResponse:
    """Send the person to the provider; raises NotSignedOn."""
    try:
        answer: HttpResponse = _provider().authorize_redirect(request, back)
    except (OAuthError, OSError, ValueError) as problem:
        raise NotSignedOn("The sign-on service does not answer. Try again in a minute.") from problem
    return answer


def finish(request: HttpRequest) -> Account:
    """The account of the person who comes back; raises NotSignedOn."""
    from joserfc.errors import JoseError

    try:
        token = _provider().authorize_access_token(request)
    except OAuthError as problem:
        raise NotSignedOn("The sign-on service did not confirm who you are. Start again.") from problem
    except (OSError, ValueError, KeyError, JoseError) as problem:
        raise NotSignedOn("What the sign-on service answered cannot be trusted. Start again.") from problem
    claims = token.get("userinfo") or {}
    with acting(SYSTEM), transaction.atomic():
        return account_of(claims)


def account_of(claims: dict[str, Any]) -> Account:
    """The account of what a provider says of a person: by its own name for them, or once by a confirmed address."""
    issuer, subject = str(claims.get("iss", "")), str(claims.get("sub", ""))
    if not issuer or not subject:
        raise NotSignedOn("The sign-on service did not say who you are.")
    known = Account.objects.filter(sso_issuer=issuer, sso_subject=subject).first()
    if known is None:
        known = _first_time(claims, issuer, subject)
    if not known.is_active:
        raise NotSignedOn("Your account is closed. Ask an administrator of the workspace.")
    return known


def _first_time(claims: dict[str, Any], issuer: str, subject: str) -> Account:
    email = str(claims.get("email", "")).strip().lower()
    if not email or claims.get("email_verified") is not True:
        raise NotSignedOn("The sign-on service did not confirm your e-mail address. Ask its help desk.")
    account = Account.objects.filter(email=email).first()
    if account is None:
        invitation = Invitation.objects.filter(
            email=email, used_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
        ).first()
        if invitation is None:
            raise NotSignedOn("You have no account here yet. Ask an administrator to invite you.")
        account = accept_invitation(
            invitation, name=str(claims.get("name") or invitation.name or email), password=None
        )
    if account.sso_subject:
        raise NotSignedOn("This account belongs to another identity. Ask an administrator.")
    account.sso_issuer, account.sso_subject = issuer, subject
    account.save(update_fields=["sso_issuer", "sso_subject"])
    record_event(
        by=str(account), action="single sign-on linked", subject=account.email, detail={"issuer": issuer}
    )
    return account
