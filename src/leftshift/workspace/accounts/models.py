"""Accounts, organisations, roles given, invitations, and failed attempts.

``database_rights`` says which columns the workspace's own role may change, and whether it may remove rows;
a model without it is only ever added to.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower

from leftshift.workspace.accounts.roles import ROLES, Role


class Organisation(models.Model):
    """A body whose people work here; its code is the one that plans use."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Account(AbstractBaseUser):
    """A person who may sign in."""

    USERNAME_FIELD = "email"
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="people")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    factor_secret = models.CharField(max_length=400, default="", db_default="")
    factor_confirmed_at = models.DateTimeField(null=True)
    factor_last_step = models.BigIntegerField(default=0, db_default=0)
    sso_issuer = models.CharField(max_length=300, default="", db_default="")
    sso_subject = models.CharField(max_length=300, default="", db_default="")
    mentions_seen_at = models.DateTimeField(null=True)

    database_rights: ClassVar = (
        "name", "organisation_id", "password", "last_login", "is_active", "factor_secret", "factor_confirmed_at", "factor_last_step",
        "sso_issuer", "sso_subject", "mentions_seen_at",
    )  # fmt: skip

    class Meta:
        ordering = ("name", "email")
        constraints = (
            models.UniqueConstraint(Lower("email"), name="one_account_an_email"),
            models.UniqueConstraint(
                fields=("sso_issuer", "sso_subject"),
                condition=~models.Q(sso_subject=""),
                name="one_account_a_subject",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def has_factor(self) -> bool:
        """Whether a second factor is set up."""
        return self.factor_confirmed_at is not None


class Grant(models.Model):
    """A role that an account has, for one place or all (empty), and for an organisation where the role speaks for one."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40, choices=[(role.key, role.name) for role in ROLES.values()])
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)
    place = models.CharField(max_length=100, default="", db_default="")
    given_at = models.DateTimeField(auto_now_add=True)
    given_by = models.CharField(max_length=400)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=400, default="", db_default="")

    database_rights: ClassVar = ("ended_at", "ended_by")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(role__in=list(ROLES)), name="role_is_known"),
            models.CheckConstraint(
                condition=~models.Q(role="finance_lead") | models.Q(organisation__isnull=False),
                name="a_lead_has_an_organisation",
            ),
            models.UniqueConstraint(
                fields=("account", "role", "organisation", "place"),
                condition=models.Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="one_open_grant",
            ),
        )

    def __str__(self) -> str:
        of = f" of {self.organisation.name}" if self.organisation else ""
        return f"{self.as_role.name}{of}{' for ' + self.place if self.place else ''}"

    @property
    def as_role(self) -> Role:
        """The role."""
        return ROLES[self.role]


class Invitation(models.Model):
    """A link by which a person makes an account, or one who has one takes on a role; only its hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    name = models.CharField(max_length=150, default="")
    role = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)
    place = models.CharField(max_length=100, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=400)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    database_rights: ClassVar = ("used_at", "withdrawn_at")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"invitation of {self.email} as {ROLES[self.role].name}"


class Link(models.Model):
    """A link that signs its bearer in once: printed at the terminal by whoever runs the workspace."""

    token_hash = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    database_rights: ClassVar = ("used_at",)

    def __str__(self) -> str:
        return f"link of {self.account}"


class RecoveryCode(models.Model):
    """A code that stands in once for the second factor; only its hash is kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    database_rights: ClassVar = ("used_at",)

    def __str__(self) -> str:
        return f"recovery code of {self.account}"


class ApiToken(models.Model):
    """A token of the API: it may do what its account may, or only read; only its hash is kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    database_rights: ClassVar = ("revoked_at",)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"token {self.name} of {self.account}"


class Attempt(models.Model):
    """How often something was tried within a span of time: what rate limits and the lock-out count."""

    key = models.CharField(max_length=120)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    database_rights: ClassVar = ("count", "DELETE")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "since"), name="one_count_a_span"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
