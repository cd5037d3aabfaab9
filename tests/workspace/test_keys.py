"""The key of the workspace can be changed: sessions go on, and second factors still open."""

from __future__ import annotations

import pyotp
import pytest
from cryptography.fernet import InvalidToken

from tests.workspace.conftest import account_of, signed_in

pytestmark = pytest.mark.usefixtures("examples")
NEW, LATER = "a key that is quite new", "a key that is newer still"


def test_what_an_old_key_sealed_opens_and_is_sealed_anew() -> None:
    from django.conf import settings
    from django.test import override_settings

    from leftshift.workspace.accounts.secrets import seal, unseal
    from leftshift.workspace.accounts.signing_in import by_code, set_factor

    account, secret, old = account_of("gwen"), pyotp.random_base32(), settings.SECRET_KEY
    sealed = seal(secret)
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[old]):
        assert unseal(sealed) == secret
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[]), pytest.raises(InvalidToken):
        unseal(sealed)

    assert set_factor(account, secret, pyotp.TOTP(secret).now())
    account.factor_last_step = 0
    account.save(update_fields=["factor_last_step"])
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[old]):
        assert by_code(account, pyotp.TOTP(secret).now(), address="")
    account.refresh_from_db()
    with override_settings(SECRET_KEY=LATER, SECRET_KEY_FALLBACKS=[NEW]):
        assert unseal(account.factor_secret) == secret
    account.factor_confirmed_at, account.factor_secret = None, ""
    account.save(update_fields=["factor_confirmed_at", "factor_secret"])


def test_a_session_goes_on_under_a_new_key_while_the_old_one_is_named() -> None:
    from django.conf import settings
    from django.test import override_settings

    address, old = "/places/northmoor/overview/2027-28/", settings.SECRET_KEY
    vera, asha = signed_in("vera"), signed_in("asha")
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[old]):
        assert "Vera Invented" in vera.get(address)
        assert "Vera Invented" in vera.get(address)
    with override_settings(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[]):
        assert "Vera Invented" in vera.get(address)
        assert asha.client.get(address).status_code == 302
