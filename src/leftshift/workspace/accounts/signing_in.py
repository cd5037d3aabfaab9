"""Signing in: a password and a second factor, a link from the terminal, or single sign-on. Each try leaves an event."""

from __future__ import annotations

import time

import pyotp
from django.contrib.auth import login
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from leftshift.workspace.accounts import throttle
from leftshift.workspace.accounts.models import Account, RecoveryCode
from leftshift.workspace.accounts.parameters import parameter
from leftshift.workspace.accounts.secrets import hash_of, new_code, seal, unseal
from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.record.models import record_event

BACKEND = "leftshift.workspace.accounts.backends.Accounts"
ISSUER = "leftshift"


class LockedOut(Exception):
    """Too many tries failed; the words say how long to wait."""

    def __init__(self) -> None:
        super().__init__(
            f"There were too many tries. Wait {parameter('lock_out', 'minutes')} minutes and try again."
        )


def by_password(email: str, password: str, *, address: str) -> Account | None:
    """The account whose password this is; raises LockedOut. Whether the account exists cannot be told from the time it takes."""
    email = email.strip().lower()
    with acting(SYSTEM):
        if throttle.is_locked_out(email, address):
            raise LockedOut
        account = Account.objects.filter(email=email, is_active=True).first()
        if account is None:
            make_password(password)  # takes as long as looking at a real one
        elif check_password(password, account.password, setter=lambda fresh: _set(account, fresh)):
            return account
        _fail(email, address, "password")
        return None


def _set(account: Account | None, password: str) -> None:
    """Hash again a password that was hashed by an older method."""
    if account is not None:
        account.set_password(password)
        account.save(update_fields=["password"])


def by_code(account: Account, code: str, *, address: str) -> bool:
    """Whether this is the account's second factor at this moment, or one of its recovery codes; raises LockedOut."""
    with acting(SYSTEM):
        if throttle.is_locked_out(account.email, address):
            raise LockedOut
        with transaction.atomic():
            held = Account.objects.select_for_update().get(pk=account.pk)
            good = _is_current(held, code) or _use_recovery_code(held, code)
        if not good:
            _fail(account.email, address, "second factor")
        return good


def _is_current(account: Account, code: str) -> bool:
    """A code counts once: neither it nor an earlier one counts again."""
    if not account.has_factor:
        return False
    secret = unseal(account.factor_secret)
    step = matching_step(secret, code)
    if step is None or step <= account.factor_last_step:
        return False
    account.factor_last_step, account.factor_secret = step, seal(secret)  # with the key of now
    account.save(update_fields=["factor_last_step", "factor_secret"])
    return True


def matching_step(secret: str, code: str) -> int | None:
    """The step of time whose code this is, among those that count now."""
    seconds, drift = parameter("second_factor", "seconds"), parameter("second_factor", "steps_of_drift")
    digits = "".join(code.split())
    now = int(time.time()) // seconds
    generator = pyotp.TOTP(secret, interval=seconds)
    for step in range(now - drift, now + drift + 1):
        if digits.isascii() and pyotp.utils.strings_equal(generator.generate_otp(step), digits):
            return step
    return None


def _use_recovery_code(account: Account, code: str) -> bool:
    known = RecoveryCode.objects.filter(account=account, code_hash=hash_of(code.lower()), used_at=None)
    if not known.update(used_at=timezone.now()):
        return False
    record_event(by=str(account), action="recovery code used", subject=account.email, detail={})
    return True


def _fail(email: str, address: str, what: str) -> None:
    with transaction.atomic():
        throttle.count_failure(email, address)
        record_event(by="nobody", action="sign-in failed", subject=email[:250], detail={"what": what})


def let_in(request: HttpRequest, account: Account, *, by: str) -> None:
    """Open a session under a new key; ``by`` is password, link or single sign-on."""
    now = timezone.now().timestamp()
    with acting(SYSTEM), transaction.atomic():
        login(request, account, backend=BACKEND)
        Account.objects.filter(pk=account.pk).update(last_login=timezone.now())
        record_event(by=str(account), action="signed in", subject=account.email, detail={"with": by})
    request.session["since"] = request.session["used"] = now
    request.session["by"] = by


# ---------------------------------------------------------------------- the second factor
def new_secret() -> str:
    """The secret of a second factor."""
    return pyotp.random_base32()


def address_for_app(account: Account, secret: str) -> str:
    """What an authenticator app reads from the picture."""
    return pyotp.TOTP(secret, interval=parameter("second_factor", "seconds")).provisioning_uri(
        name=account.email, issuer_name=ISSUER
    )


@transaction.atomic
def set_factor(account: Account, secret: str, code: str) -> list[str] | None:
    """Set the second factor up once its first code is right; gives new recovery codes, or None."""
    step = matching_step(secret, code)
    if step is None:
        return None
    account.factor_secret, account.factor_last_step = seal(secret), step
    account.factor_confirmed_at = timezone.now()
    account.save(update_fields=["factor_secret", "factor_last_step", "factor_confirmed_at"])
    record_event(by=str(account), action="second factor set", subject=account.email, detail={})
    return new_recovery_codes(account)


@transaction.atomic
def new_recovery_codes(account: Account) -> list[str]:
    """New recovery codes; the old ones no longer count."""
    RecoveryCode.objects.filter(account=account, used_at=None).update(used_at=timezone.now())
    codes = [new_code() for _ in range(parameter("second_factor", "recovery_codes"))]
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, code_hash=hash_of(code)) for code in codes)
    record_event(by=str(account), action="recovery codes made", subject=account.email, detail={})
    return codes


@transaction.atomic
def change_password(account: Account, password: str) -> None:
    """Change the password; raises Django's ValidationError where it is too weak. Other sessions end by it."""
    validate_password(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    record_event(by=str(account), action="password changed", subject=account.email, detail={})
