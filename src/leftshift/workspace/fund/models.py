"""A pooled fund: its plan as people edit it, what was signed and sent, its ledger, decisions and returns.

What is edited leaves its edits; everything else is only ever added. The database itself refuses an entry that does not
balance, that was altered or that is dated in a closed period, and a release that lacks any part of its decision.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from leftshift.workspace.accounts.models import Account
from leftshift.workspace.plan.models import StoredPlace

_LONG, _SHORT = 400, 100
MEMORANDUM = "^(commitment|commitment_control|earmark|earmark_control)(:|$)"
"""Accounts that move no money, as the chart of the ledger has them: a test holds both together."""


class Fund(models.Model):
    """A fund plan of a place, by its code; ``edits`` is the number of its last edit."""

    place = models.ForeignKey(StoredPlace, on_delete=models.PROTECT, related_name="funds")
    code = models.CharField(max_length=_SHORT, unique=True)
    name = models.CharField(max_length=300)
    round = models.CharField(max_length=_SHORT)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    rolled = models.JSONField(default=dict)
    edits = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.CharField(max_length=_LONG)

    database_rights: ClassVar = ("edits",)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.code


class FundFile(models.Model):
    """One file of a plan as it now stands: a sheet, or a text."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="files")
    file = models.CharField(max_length=200)
    content = models.JSONField()
    edits = models.PositiveIntegerField(default=0)

    database_rights: ClassVar = ("content", "edits")

    class Meta:
        ordering = ("file",)
        constraints = (models.UniqueConstraint(fields=("fund", "file"), name="one_state_a_fund_file"),)

    def __str__(self) -> str:
        return f"{self.file} of {self.fund}"


class FundEdit(models.Model):
    """What somebody changed in one save, and what takes it back."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="history")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)
    changes = models.JSONField()
    inverse = models.JSONField()
    undoes = models.PositiveIntegerField(null=True)
    save_key = models.CharField(max_length=64, default="", db_default="")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("fund", "number"), name="one_fund_edit_a_number"),
            models.UniqueConstraint(
                fields=("fund", "save_key"), condition=~models.Q(save_key=""), name="one_fund_edit_a_save"
            ),
        )

    def __str__(self) -> str:
        return f"edit {self.number} of {self.fund}"


class FundVersion(models.Model):
    """The content of a plan that somebody signed, sent or returned on, by its fingerprint: file name to text."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="versions")
    fingerprint = models.CharField(max_length=64)
    document = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=_LONG)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("fund", "fingerprint"), name="one_fund_version_a_content"),
        )

    def __str__(self) -> str:
        return f"{self.fund} {self.fingerprint[:12]}"


class Signature(models.Model):
    """Somebody signed a content of a plan, for an office of a partner."""

    version = models.ForeignKey(FundVersion, on_delete=models.PROTECT, related_name="signatures")
    signatory = models.CharField(max_length=_SHORT)
    partner = models.CharField(max_length=_SHORT)
    role = models.CharField(max_length=300)
    for_another = models.BooleanField(default=False)
    minute = models.CharField(max_length=300, default="", db_default="", blank=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="fund_signatures")
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("version", "signatory", "partner"), name="one_signature_an_office"
            ),
            models.UniqueConstraint(fields=("version", "account"), name="one_signature_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.signatory} of {self.partner} on {self.version}"


class Submission(models.Model):
    """A plan was sent; before the board approved it, by a power that is named."""

    version = models.ForeignKey(FundVersion, on_delete=models.PROTECT, related_name="submissions")
    power = models.CharField(max_length=_LONG, default="", db_default="", blank=True)
    office = models.CharField(max_length=300)
    meeting_on = models.DateField(null=True)
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("version",), name="one_submission_a_content"),
            models.CheckConstraint(
                condition=models.Q(power="") | models.Q(meeting_on__isnull=False), name="power_with_a_meeting"
            ),
        )

    def __str__(self) -> str:
        return f"submission of {self.version}"


class Ratification(models.Model):
    """The board ratified a submission, and the minute that says so."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="ratification")
    ratified_on = models.DateField()
    minute = models.CharField(max_length=300)
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~models.Q(minute=""), name="ratified_with_a_minute"),)

    def __str__(self) -> str:
        return f"ratification of {self.submission}"


class LedgerEntry(models.Model):
    """An entry of the ledger: ``sides`` says how many postings it has, so that none can be slipped in later."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    date = models.DateField()
    kind = models.CharField(max_length=40)
    words = models.CharField(max_length=6000)  # of a release: its whole decision
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    evidence = models.CharField(max_length=300, default="", db_default="", blank=True)
    sides = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=_LONG)
    key = models.CharField(max_length=64, default="", db_default="", blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("fund", "number"), name="one_entry_a_number"),
            models.UniqueConstraint(
                fields=("fund", "key"), condition=~models.Q(key=""), name="one_entry_a_posting"
            ),
            models.CheckConstraint(condition=models.Q(sides__gte=2), name="entry_has_two_sides"),
        )

    def __str__(self) -> str:
        return f"entry {self.number} of {self.fund}"


class LedgerPosting(models.Model):
    """One side of an entry in pence: debit above nought, credit below."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(max_length=300)
    memorandum = models.BooleanField()
    pence = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("entry", "account"), name="one_side_an_account"),
            models.CheckConstraint(condition=~models.Q(pence=0), name="a_side_moves_something"),
            models.CheckConstraint(
                condition=models.Q(memorandum=True, account__regex=MEMORANDUM)
                | (models.Q(memorandum=False) & ~models.Q(account__regex=MEMORANDUM)),
                name="memorandum_as_in_the_chart",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.pence}"


class LedgerClose(models.Model):
    """A closed month or year: nothing may be dated in it any more."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="closes")
    through = models.DateField()
    period = models.CharField(max_length=20)
    after = models.PositiveIntegerField()
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("fund", "through"), name="closed_once"),)

    def __str__(self) -> str:
        return f"close of {self.period} of {self.fund}"


class Decision(models.Model):
    """Money that was held back is released: how much, why, on what ground, who agreed, and the minute. Never less."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="decisions")
    code = models.CharField(max_length=_SHORT, default="", db_default="", blank=True)
    hold = models.CharField(max_length=_SHORT)
    decided_on = models.DateField()
    pence = models.BigIntegerField()
    reason = models.CharField(max_length=2000)
    ground = models.CharField(max_length=2000)
    agreed_by = models.CharField(max_length=1000)
    minute = models.CharField(max_length=300)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, null=True, related_name="decision")
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(pence__gt=0), name="release_of_something"),
            models.CheckConstraint(
                condition=~(
                    models.Q(reason="") | models.Q(ground="") | models.Q(agreed_by="") | models.Q(minute="")
                ),
                name="release_with_its_whole_decision",
            ),
        )

    def __str__(self) -> str:
        return f"release of {self.hold} of {self.fund}"


class HoldReview(models.Model):
    """A quarterly review of money that is held back."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="reviews")
    hold = models.CharField(max_length=_SHORT)
    quarter = models.CharField(max_length=20)
    reviewed_on = models.DateField()
    outcome = models.CharField(max_length=2000)
    office = models.CharField(max_length=300)
    minute = models.CharField(max_length=300)
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("fund", "hold", "quarter"), name="one_review_a_quarter"),
        )

    def __str__(self) -> str:
        return f"review of {self.hold}, {self.quarter}"


class FundReturn(models.Model):
    """A return as it was prepared: its whole content. What changes later makes another."""

    version = models.ForeignKey(FundVersion, on_delete=models.PROTECT, related_name="returns")
    kind = models.CharField(max_length=20)
    period = models.CharField(max_length=20)
    document = models.JSONField()
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} return {self.period} of {self.version.fund}"


class ReturnStep(models.Model):
    """A step of a return: prepared, reviewed, submitted, noted, or taken back."""

    made = models.ForeignKey(FundReturn, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="return_steps")
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)
    note = models.CharField(max_length=2000, default="", db_default="", blank=True)
    minute = models.CharField(max_length=300, default="", db_default="", blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("made", "step"), name="each_step_once"),)

    def __str__(self) -> str:
        return f"{self.step}: {self.made}"


class Extract(models.Model):
    """A bank or ledger extract that the ledger was reconciled with, and what came of it."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="extracts")
    account = models.CharField(max_length=300)
    as_of = models.DateField()
    name = models.CharField(max_length=300)
    content = models.TextField()
    result = models.JSONField()
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name}, {self.account} of {self.fund}"


class Appraisal(models.Model):
    """A business case or a Quality Premium as somebody wrote it; what is changed makes another that follows it."""

    place = models.ForeignKey(StoredPlace, on_delete=models.PROTECT, related_name="appraisals")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    text = models.TextField()
    as_of = models.DateField()
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    by = models.CharField(max_length=_LONG)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("case", "premium")), name="kind_of_appraisal"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.title}"
