"""Pages of signing in and of one's own account."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib.auth import logout, update_session_auth_hash
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from leftshift.workspace.accounts import actions, signing_in, sso
from leftshift.workspace.accounts.forms import (
    AcceptForm,
    ChangePasswordForm,
    CodeForm,
    NameForm,
    SignInForm,
    TokenForm,
)
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.models import Account, ApiToken, Invitation
from leftshift.workspace.accounts.parameters import parameter
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import ANYONE, ROLES, SIGNED_IN, Permission
from leftshift.workspace.accounts.secrets import hash_of
from leftshift.workspace.record.acting import SYSTEM, acting

_PENDING, _SECRET, _NEXT = "pending", "factor", "next"


@needs(ANYONE)
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail address and password."""
    if person(request).account:
        return redirect(_back(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = signing_in.by_password(
                form.cleaned_data["email"], form.cleaned_data["password"], address=address_of(request)
            )
        except signing_in.LockedOut as problem:
            return _sign_in_page(request, form, str(problem), status=429)
        if account is not None:
            return _after_password(request, account)
        return _sign_in_page(request, form, "The e-mail address or the password is wrong.", status=401)
    return _sign_in_page(request, form, "", status=400 if form.errors else 200)


def _sign_in_page(request: HttpRequest, form: SignInForm, problem: str, *, status: int) -> HttpResponse:
    shown = {
        "form": form,
        "problem": problem,
        "sso_name": _sso_name(),
        "next": request.GET.get("next", ""),
    }
    return render(request, "accounts/sign_in.jinja", shown, status=status)


def _sso_name() -> str:
    from django.conf import settings

    return settings.SSO["name"] if sso.is_configured() else ""


def _after_password(request: HttpRequest, account: Account) -> HttpResponse:
    if not account.has_factor:
        signing_in.let_in(request, account, by="password")
        return redirect("second-factor")
    back = _back(request)
    request.session.flush()
    request.session[_PENDING] = {"account": account.pk, "at": timezone.now().timestamp()}
    request.session[_NEXT] = back
    return redirect("code")


@needs(ANYONE)
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor."""
    pending = request.session.get(_PENDING) or {}
    if (
        timezone.now().timestamp() - pending.get("at", 0)
        > parameter("second_factor", "minutes_after_password") * 60
    ):
        return redirect("sign-in")
    with acting(SYSTEM):
        account = Account.objects.filter(pk=pending["account"], is_active=True).first()
    if account is None:
        return redirect("sign-in")
    form, problem, status = CodeForm(request.POST or None), "", 200
    if request.method == "POST" and form.is_valid():
        try:
            if signing_in.by_code(account, form.cleaned_data["code"], address=address_of(request)):
                back = request.session.get(_NEXT, "/")
                signing_in.let_in(request, account, by="password and second factor")
                request.session.pop(_PENDING, None)
                return redirect(back)
            problem, status = "That code is not right, or was used before. Wait for the next one.", 401
        except signing_in.LockedOut as locked:
            problem, status = str(locked), 429
    return render(request, "accounts/code.jinja", {"form": form, "problem": problem}, status=status)


@needs(ANYONE)
@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by the link that was printed where the workspace runs."""
    if person(request).account:
        return redirect("/")
    with acting(SYSTEM):
        account = actions.use_link(token)
    if account is None:
        words = "This link was used, or has run out. Print a new one where the workspace runs: leftshift link"
        return render(
            request, "shared/problem.jinja", {"title": "The link leads nowhere", "words": words}, status=404
        )
    signing_in.let_in(request, account, by="link")
    return redirect("/")


@needs(ANYONE)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in")


# ---------------------------------------------------------------------- single sign-on
@needs(ANYONE)
@never_cache
@require_POST
def sso_start(request: HttpRequest) -> HttpResponse:
    """Go to the provider."""
    if not sso.is_configured():
        raise Http404("no single sign-on")
    request.session[_NEXT] = _back(request)
    try:
        return sso.start(request, request.build_absolute_uri(reverse("sso-finish")))
    except sso.NotSignedOn as problem:
        return _sign_in_page(request, SignInForm(), str(problem), status=503)


@needs(ANYONE)
@never_cache
@require_safe
def sso_finish(request: HttpRequest) -> HttpResponse:
    """Come back from the provider."""
    if not sso.is_configured():
        raise Http404("no single sign-on")
    back = request.session.get(_NEXT, "/")
    try:
        account = sso.finish(request)
    except sso.NotSignedOn as problem:
        return _sign_in_page(request, SignInForm(), str(problem), status=403)
    signing_in.let_in(request, account, by="single sign-on")
    return redirect(back)


# ---------------------------------------------------------------------- invitations
@needs(ANYONE)
@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take an invitation up."""
    with acting(SYSTEM):
        found = (
            Invitation.objects.select_related("organisation")
            .filter(token_hash=hash_of(token), used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
            .first()
        )
        has_account = found is not None and Account.objects.filter(email=found.email).exists()
    if found is None:
        words = "The invitation was used, withdrawn, or has run out. Ask whoever sent it for a new one."
        return render(
            request,
            "shared/problem.jinja",
            {"title": "The invitation leads nowhere", "words": words},
            status=404,
        )
    form = None if has_account else AcceptForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and (form is None or form.is_valid()):
        given: dict[str, Any] = form.cleaned_data if form else {}
        with acting(SYSTEM):
            account = actions.accept_invitation(
                found, name=given.get("name", ""), password=given.get("password")
            )
        if has_account:
            return redirect("sign-in")
        signing_in.let_in(request, account, by="password")
        return redirect("second-factor")
    shown = {"form": form, "invitation": found, "role": ROLES[found.role], "has_account": has_account}
    return render(request, "accounts/invitation.jinja", shown, status=400 if form and form.errors else 200)


# ---------------------------------------------------------------------- one's own account
def _is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in a short while ago: asked of whoever changes how they sign in."""
    since: float = request.session.get("since", 0)
    return timezone.now().timestamp() - since <= parameter("session", "fresh_minutes") * 60


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    minutes = parameter("session", "fresh_minutes")
    words = f"This changes how you sign in. Sign out, sign in again, and do it within {minutes} minutes. Nothing was changed."
    shown = {"title": "Sign in again first", "words": words}
    return render(request, "shared/problem.jinja", shown, status=403)


@needs(SIGNED_IN)
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up the second factor, or set it up anew."""
    account = _own(request)
    if account.has_factor and not _is_fresh(request):
        return _sign_in_again(request)
    secret = request.session.setdefault(_SECRET, signing_in.new_secret())
    form = CodeForm(request.POST or None)
    form.fields["code"].label = "Code that the app shows"
    problem = ""
    if request.method == "POST" and form.is_valid():
        codes = signing_in.set_factor(account, secret, form.cleaned_data["code"])
        if codes is not None:
            del request.session[_SECRET]
            return render(request, "accounts/recovery_codes.jinja", {"codes": codes})
        problem = "That code is not right. Check the clock of your phone, and enter the newest code."
    address = signing_in.address_for_app(account, secret)
    shown = {
        "form": form,
        "problem": problem,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "picture": segno.make(address, error="m").svg_inline(
            scale=5, border=2, svgclass="app-code", lineclass=None
        ),
        "is_new": not account.has_factor,
    }
    return render(
        request, "accounts/second_factor.jinja", shown, status=400 if problem or form.errors else 200
    )


@needs(SIGNED_IN)
@never_cache
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes."""
    account = _own(request)
    if not account.has_factor:
        return redirect("second-factor")
    if not _is_fresh(request):
        return _sign_in_again(request)
    return render(request, "accounts/recovery_codes.jinja", {"codes": signing_in.new_recovery_codes(account)})


@needs(SIGNED_IN)
@never_cache
@sensitive_post_parameters("password")
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: name, roles, password, second factor, tokens."""
    own = _own(request)
    asked = request.POST.get("do", "")
    if asked == "token" and not _is_fresh(request):
        return _sign_in_again(request)
    forms = {
        "name": NameForm(request.POST if asked == "name" else None, initial={"name": own.name}),
        "password": ChangePasswordForm(request.POST if asked == "password" else None),
        "token": TokenForm(request.POST if asked == "token" else None, initial={"days": 30}),
    }
    told, new_token = "", ""
    form = forms.get(asked)
    if asked == "password" and _wrong_old_password(own, forms["password"]):
        forms["password"].add_error("old", "That is not the password that you have now")
    if request.method == "POST" and form is not None and form.is_valid():
        told, new_token = _change(request, own, asked, form.cleaned_data)
        if not new_token:
            request.session["told"] = told
            return redirect("account")
    shown = {
        "forms": forms,
        "told": told or request.session.pop("told", ""),
        "new_token": new_token,
        "tokens": own.tokens.filter(revoked_at=None, expires_at__gt=timezone.now()),
        "has_password": own.has_usable_password(),
        "roles": person(request).grants,
    }
    return render(request, "accounts/account.jinja", shown, status=400 if form and form.errors else 200)


def _wrong_old_password(own: Account, form: Form) -> bool:
    return form.is_valid() and not own.check_password(form.cleaned_data["old"])


def _change(request: HttpRequest, own: Account, what: str, given: dict[str, Any]) -> tuple[str, str]:
    if what == "name":
        actions.change_details(own, name=given["name"], by=person(request).signature)
        return "Your name was changed.", ""
    if what == "password":
        signing_in.change_password(own, given["password"])
        update_session_auth_hash(request, own)
        return "Your password was changed. Your other sessions were ended.", ""
    _, token = actions.make_token(
        own,
        name=given["token_name"],
        may_write=given["may_write"],
        days=given["days"],
        by=person(request).signature,
    )
    return "The token was made. Copy it now: it is shown once.", token


@needs(SIGNED_IN)
@require_POST
def revoke_token(request: HttpRequest, number: int) -> HttpResponse:
    """Take one of one's own tokens out of use."""
    found = ApiToken.objects.filter(pk=number, account=_own(request)).first()
    if found is None:
        raise Http404("no such token")
    actions.revoke_token(found, by=person(request).signature)
    request.session["told"] = f"The token {found.name} was taken out of use."
    return redirect("account")


@needs(SIGNED_IN)
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Who may do what: the table itself."""
    return render(
        request, "accounts/roles.jinja", {"roles": list(ROLES.values()), "permissions": list(Permission)}
    )


def _own(request: HttpRequest) -> Account:
    found = person(request).account
    assert found is not None, "the gate lets nobody else in"
    return found


def _back(request: HttpRequest) -> str:
    """Where the person wanted to go, when that is a page of this workspace."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


def address_of(request: HttpRequest) -> str:
    """The address of the network that asks; behind proxies, the one the nearest trusted proxy saw."""
    from django.conf import settings

    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and len(passed) >= trusted:
        return passed[-trusted][:60]
    return str(request.META.get("REMOTE_ADDR", ""))[:60]
