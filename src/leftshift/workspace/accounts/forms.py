"""The forms of accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from leftshift.workspace.accounts.models import Organisation
from leftshift.workspace.accounts.parameters import parameter
from leftshift.workspace.accounts.roles import ROLES

_LONGEST = parameter("password", "longest")


class SignInForm(forms.Form):
    """E-mail address and password."""

    email = forms.EmailField(label="E-mail address", error_messages={"required": "Enter your e-mail address"})
    password = forms.CharField(
        label="Password", strip=False, max_length=_LONGEST, error_messages={"required": "Enter your password"}
    )


class CodeForm(forms.Form):
    """A code of the second factor."""

    code = forms.CharField(
        label="Code from your app, or a recovery code",
        max_length=20,
        error_messages={"required": "Enter the code"},
    )


class NewPasswordForm(forms.Form):
    """A password to be set."""

    password = forms.CharField(
        label="New password",
        strip=False,
        max_length=_LONGEST,
        help_text=f"At least {parameter('password', 'shortest')} characters. Three words that do not belong together are good.",
        error_messages={"required": "Enter a password"},
    )

    def clean_password(self) -> str:
        """Refuse what is short or often used."""
        given: str = self.cleaned_data["password"]
        validate_password(given)
        return given


class ChangePasswordForm(NewPasswordForm):
    """A password to be set in place of another."""

    old = forms.CharField(
        label="Password that you have now",
        strip=False,
        max_length=_LONGEST,
        error_messages={"required": "Enter the password that you have now"},
    )
    field_order = ("old", "password")


class AcceptForm(NewPasswordForm):
    """What a person who was invited says of themselves."""

    name = forms.CharField(label="Your name", max_length=150, error_messages={"required": "Enter your name"})
    field_order = ("name", "password")


class InviteForm(forms.Form):
    """Whom to invite, and to what."""

    email = forms.EmailField(label="E-mail address", error_messages={"required": "Enter an e-mail address"})
    role = forms.ChoiceField(label="Role", choices=[(role.key, role.name) for role in ROLES.values()])
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        label="Organisation",
        required=False,
        empty_label="None",
        help_text="A finance lead needs one.",
    )
    place = forms.SlugField(
        label="Only for the place",
        required=False,
        max_length=100,
        help_text="Its code. Empty for all places.",
    )

    def clean(self) -> dict[str, Any]:
        """A lead needs an organisation."""
        given: dict[str, Any] = super().clean() or {}
        role = ROLES.get(given.get("role", ""))
        if role and role.of_organisation and not given.get("organisation"):
            self.add_error("organisation", f"Choose the organisation that the {role.name.lower()} speaks for")
        return given


class OrganisationForm(forms.Form):
    """An organisation to add."""

    code = forms.RegexField(
        r"^[A-Za-z0-9_-]+$",
        label="Code",
        max_length=40,
        help_text="The code that plans use, such as an ODS code.",
        error_messages={"required": "Enter the code", "invalid": "Letters, digits, - and _ only"},
    )
    name = forms.CharField(label="Name", max_length=200, error_messages={"required": "Enter the name"})


class TokenForm(forms.Form):
    """A token to make."""

    token_name = forms.CharField(
        label="What it is for", max_length=100, error_messages={"required": "Say what the token is for"}
    )
    may_write = forms.BooleanField(label="It may write as well as read", required=False)
    days = forms.IntegerField(
        label="Days until it runs out",
        initial=30,
        min_value=1,
        max_value=parameter("token", "days"),
        error_messages={"required": "Enter a number of days"},
    )


class NameForm(forms.Form):
    """The name of a person."""

    name = forms.CharField(label="Name", max_length=150, error_messages={"required": "Enter your name"})
