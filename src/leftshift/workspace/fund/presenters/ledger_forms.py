"""The forms of the ledger: one a verb, its choices by name, with help on each field; of decisions, reviews, sharing and extracts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from leftshift.foundation.money import Money, NumberNotUnderstood
from leftshift.foundation.years import FinancialYear, Month
from leftshift.fund.ledger.holding import quarter_of
from leftshift.fund.ledger.ledger import Ledger, first_day, last_day, year_of
from leftshift.fund.plan.plan import FundPlan
from leftshift.workspace.fund.actions import deciding, reconciling, sharing
from leftshift.workspace.fund.actions.operating import VERBS, Operation, account_of_hold
from leftshift.workspace.fund.actions.posting import EVIDENCE, WORDS, names_of
from leftshift.workspace.fund.presenters.ledger import Names

_PART = "amount_"
"""In front of a source, in the names of the fields of a payment."""
_CUT, _EXCESS = "cut_", "excess_"
_LONGEST_AMOUNT = 40
Choices = Sequence[tuple[str, str]]


class MoneyField(forms.CharField):
    """An amount in pounds and pence, exact."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=_LONGEST_AMOUNT, **options)

    def clean(self, value: Any) -> Any:
        """Money; None where nothing was given."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        try:
            return Money.pounds(text)
        except (NumberNotUnderstood, OverflowError) as problem:
            raise forms.ValidationError(
                "Write an amount in pounds, such as 1,250 or 1250.50, with pence at most"
            ) from problem


def _day(label: str, hint: str, *, required: bool = True, initial: bool = True) -> forms.DateField:
    missing = {"required": f"Fill in: {label.lower()}", "invalid": "Write a day as 2016-05-31"}
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        error_messages=missing,
        initial=timezone.localdate if initial else None,
    )


def _line(label: str, hint: str, longest: int, *, required: bool = True) -> forms.CharField:
    missing = {"required": f"Fill in: {label[:1].lower()}{label[1:]}"}
    return forms.CharField(
        label=label, help_text=hint, max_length=longest, required=required, error_messages=missing
    )


def _prose(label: str, hint: str, longest: int) -> forms.CharField:
    found = _line(label, hint, longest)
    found.widget = forms.Textarea()
    return found


def _money(label: str, hint: str, *, required: bool = True) -> MoneyField:
    return MoneyField(
        label=label,
        help_text=hint,
        required=required,
        error_messages={"required": f"Fill in: {label.lower()}"},
    )


def _choice(label: str, hint: str, choices: Choices, *, required: bool = True) -> forms.ChoiceField:
    wrong = {
        "required": f"Choose: {label.lower()}",
        "invalid_choice": f"%(value)s is none of those to choose from: {label.lower()}",
    }
    return forms.ChoiceField(
        label=label, help_text=hint, choices=[("", "Choose"), *choices], required=required, error_messages=wrong
    )  # fmt: skip


class LedgerForm(forms.Form):
    """A form that a person fills in: a template shows each field by its kind."""

    @property
    def given(self) -> list[tuple[str, str]]:
        """What was filled in, as it was sent: for the page on which it is looked at once more."""
        return [(name, value) for name in self.fields for value in self._values(name)]

    def _values(self, name: str) -> list[str]:
        data: Any = self.data
        found = data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]
        return [str(value) for value in found if value]

    @staticmethod
    def kind(field: Any) -> str:
        """How a field is shown."""
        inner = field.field
        if isinstance(inner, forms.MultipleChoiceField):
            return "ticks"
        if isinstance(inner, forms.ChoiceField):
            return "choice"
        if isinstance(inner, forms.DateField | forms.FileField):
            return "date" if isinstance(inner, forms.DateField) else "file"
        if isinstance(inner.widget, forms.Textarea):
            return "area"
        return "money" if isinstance(inner, MoneyField | forms.IntegerField) else "text"


class VerbForm(LedgerForm):
    """The form of a verb, with the choices that plan and ledger give."""

    def __init__(
        self, verb: str, plan: FundPlan, ledger: Ledger, names: Names, *posted: Any, **more: Any
    ) -> None:
        super().__init__(*posted, **more)
        self.verb, self.plan, self.ledger, self.names = verb, plan, ledger, names
        asked = VERBS[verb]
        for name in (*asked.needs, *asked.may):
            self._add(name, required=name in asked.needs)

    def _add(self, name: str, *, required: bool) -> None:
        if name == "amounts":
            for source, title in self._named("source"):
                hint = f"Pounds; leave it empty if nothing comes out of it. {self._free(source)}"
                self.fields[f"{_PART}{source}"] = _money(f"Out of {title}", hint, required=False)
            return
        made = _FIELDS[name](self)
        made.required = required
        self.fields[name] = made

    def _free(self, source: str) -> str:
        from leftshift.fund.ledger.stating import left

        return f"{left(self.ledger, source)} is left of it."

    def named(self, what: str) -> Choices:
        """The codes of the plan with their names, and of the ledger where the verb ends what stands there."""
        return self._named(what)

    def _named(self, what: str) -> Choices:
        codes = set(names_of(self.plan)[what])
        if VERBS[self.verb].finishes:
            at = "partner" if what == "provider" else what
            codes |= {getattr(s.account, at) for entry in self.ledger.entries for s in entry.postings} - {""}
        group = "partner" if what == "provider" else what
        return sorted(((code, self.names.of(group, code)) for code in codes), key=lambda row: row[1])

    def periods(self) -> Choices:
        """The months, or years, that are open and over: from the first entry on."""
        today = timezone.localdate()
        begun = min((entry.date for entry in self.ledger.entries), default=first_day(year_of(today)))
        closed = self.ledger.closed_through
        start = begun if closed is None else closed + datetime.timedelta(days=1)
        if self.verb == "close_year":
            years = range(year_of(start).starts, year_of(today).starts + 1)
            found = [FinancialYear(year) for year in years if last_day(FinancialYear(year)) <= today]
            return [(year.label, year.label) for year in found]
        months = [(start.year * 12 + start.month - 1 + at) for at in range(12)]
        listed = [Month(month // 12, month % 12 + 1) for month in months]
        return [
            (str(m), _month(m))
            for m in listed
            if m.month != 3 and (m.year, m.month) < (today.year, today.month)
        ]

    def operation(self) -> Operation:
        """What is asked for."""
        given: dict[str, Any] = {
            name: value for name, value in self.cleaned_data.items() if not name.startswith(_PART) and value not in ("", None)
        }  # fmt: skip
        parts = {
            name.removeprefix(_PART): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_PART) and value is not None
        }
        if "paid_in" in given:
            given["paid_in"] = given["paid_in"] == "in"
        return Operation(verb=self.verb, amounts=parts, **given)


def _month(month: Month) -> str:
    return datetime.date(month.year, month.month, 1).strftime("%B %Y")


def _holds(form: VerbForm) -> Choices:
    listed = [row for row in form.plan.holds if account_of_hold(form.ledger, row.hold) is None]
    return [(row.hold, f"{row.name}: {row.amount}, {row.treatment} the programme") for row in listed]


_DATE_HINTS: Mapping[str, str] = {
    "reverse": "A day in an open period, not before that of the entry.",
}
_SOURCE_HINTS: Mapping[str, str] = {
    "set_aside": "Only where the plan does not say out of which source it is held.",
    "commit": "No more can be promised than it has left, what is committed and earmarked taken off.",
}
_FIELDS: Mapping[str, Callable[[VerbForm], forms.Field]] = {
    "date": lambda form: _day("Date", _DATE_HINTS.get(form.verb, "The day on which it happened: that of the bank, the minute or the invoice. A day of a closed period is refused.")),
    "words": lambda form: _line("Why it is taken back" if form.verb == "reverse" else "What it is for", "One line that somebody else understands in a year's time. No name of a person.", WORDS),
    "evidence": lambda form: _line("Reference", "The number of the invoice, remittance or minute. The bank's extract is matched by it.", EVIDENCE),
    "source": lambda form: _choice("Source", _SOURCE_HINTS.get(form.verb, "The source of funding of the plan."), form.named("source")),
    "from_source": lambda form: _choice("Moved from", "Leave it empty for what was left before this ledger began; or the source whose carry forward is moved.", form.named("source")),
    "scheme": lambda form: _choice("Scheme", "The scheme of the plan that it is for.", form.named("scheme")),
    "partner": lambda form: _choice("Partner", "The partner of the agreement.", form.named("partner")),
    "provider": lambda form: _choice("Provider", "Who delivered it and is owed for it: a partner, or a provider that the plan names in its lines.", form.named("provider")),
    "hold": lambda form: _choice("What is set aside", "As the plan holds it back, with its amount. What was set aside before is not listed.", _holds(form)),
    "amount": lambda form: _money("Amount", "Pounds and pence, above nought, such as 1,010.25. What was wrong is reversed, never entered as a minus."),
    "paid_in": lambda form: _choice("Which way", "Whether the partner pays its share of an overspend, or is paid its share of an underspend.", [("in", "The partner pays it in"), ("out", "It is paid to the partner")]),
    "entry": lambda form: forms.IntegerField(label="Entry", help_text="The number of the entry that is taken back, the whole of it.", min_value=1, max_value=10**9, error_messages={"required": "Fill in: the number of the entry"}),
    "period": lambda form: _choice("Period", "What is closed takes no more entries, and cannot be opened again. Later corrections are dated in an open period.", form.periods()),
}  # fmt: skip


class ReleaseForm(LedgerForm):
    """A decision to release money that is held back: whatever is missing is told at once."""

    amount = _money("Amount", "Pounds and pence: no more than is left.")
    decided_on = _day("Decided on", "The day of the decision. The entry has this date.")
    reason = _prose(
        "Reason",
        "Why it is released: what happened, and what the money is for now.",
        deciding.LONGEST["reason"],
    )
    ground = _prose(
        "Ground",
        "The clause or result that it rests on, such as clause 12 of the agreement, or the target that was missed.",
        deciding.LONGEST["ground"],
    )
    agreed_by = _line(
        "Who agreed",
        "The offices of those who agreed, such as both chief finance officers. No name of a person.",
        deciding.LONGEST["agreed_by"],
    )
    minute = _line("Minute", "Where the decision stands, such as partnership board 14 June 2016, minute 7. Without it there is no release.", deciding.LONGEST["minute"])  # fmt: skip

    def asked(self) -> deciding.Release:
        """What is asked for."""
        return deciding.Release(**self.cleaned_data)


class ReviewForm(LedgerForm):
    """A quarterly review of money that is held back."""

    quarter = _choice("Quarter", "The quarter that is reviewed.", [])
    reviewed_on = _day("Reviewed on", "The day of the review.")
    outcome = _prose(
        "What was found",
        "Whether it is still needed, whether it suffices, and what is to be done.",
        deciding.LONGEST["outcome"],
    )
    office = _line(
        "Who reviewed it",
        "An office, such as the partnership board. No name of a person.",
        deciding.LONGEST["office"],
    )
    minute = _line("Minute", "Where it stands.", deciding.LONGEST["minute"])  # fmt: skip

    def __init__(self, quarters: Sequence[str], *posted: Any, **more: Any) -> None:
        super().__init__(*posted, **more)
        field = self.fields["quarter"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *((quarter, quarter) for quarter in quarters)]

    def asked(self) -> deciding.Reviewed:
        """What is asked for."""
        return deciding.Reviewed(**self.cleaned_data)


def quarters_of(since: datetime.date, today: datetime.date, reviewed: Sequence[str]) -> list[str]:
    """The quarters that may be reviewed: from the one in which it was held on, up to this one."""
    quarter, found = quarter_of(since), list[str]()
    while quarter <= quarter_of(today):
        found.append(str(quarter))
        quarter = quarter.following
    return [each for each in found if each not in reviewed]


class SharingForm(LedgerForm):
    """What is shared: of which year, and what is drawn on before partners bear the rest."""

    year = _choice("Year", "The financial year whose over- and underspends are shared.", [])
    decisions = forms.MultipleChoiceField(
        label="Releases that are drawn on",
        help_text="Releases of the risk pool that were decided to cover this overspend. Nothing is drawn without one.",
        required=False,
    )
    source = _choice("Source, where none is stated", "For schemes on which nothing was spent and whose lines name no source.", [], required=False)  # fmt: skip

    def __init__(
        self, plan: FundPlan, ledger: Ledger, names: Names, releases: Choices, *posted: Any, **more: Any
    ) -> None:
        super().__init__(*posted, **more)
        self._offer("year", [(year.label, year.label) for year in _years(plan, ledger)])
        self._offer("source", [(code, names.of("source", code)) for code in ledger.sources])
        ticks = self.fields["decisions"]
        assert isinstance(ticks, forms.MultipleChoiceField)
        ticks.choices = list(releases)
        for row in plan.schemes:
            hint = "Pounds of this scheme that were not committed, and are taken by decision before partners bear the rest."
            self.fields[f"{_CUT}{row.scheme}"] = _money(f"Taken from {row.name}", hint, required=False)
        for partner in (row for row in plan.partners if row.kind != "board"):
            hint = "Pounds that lie beyond caps and that it bears all the same, as the chief finance officers agreed."
            self.fields[f"{_EXCESS}{partner.partner}"] = _money(f"Beyond caps: {partner.name}", hint, required=False)  # fmt: skip
        self.fields["excess_agreed_by"] = _line("Beyond caps: who agreed", "Offices, such as both chief finance officers.", 1000, required=False)  # fmt: skip
        self.fields["excess_minute"] = _line("Beyond caps: minute", "Where that stands.", 300, required=False)

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *choices]

    @property
    def first(self) -> list[Any]:
        """The fields that most sharings need."""
        return [self[name] for name in ("year", "decisions", "source")]

    @property
    def rest(self) -> list[Any]:
        """The fields that few sharings need."""
        return [self[name] for name in self.fields if name not in {"year", "decisions", "source"}]

    def asked(self) -> sharing.Asked:
        """What is asked for."""
        given = self.cleaned_data
        return sharing.Asked(
            year=FinancialYear.parse(given["year"]),
            decisions=tuple(int(number) for number in given["decisions"]),
            cuts=self._amounts(_CUT),
            source=given["source"],
            excess=self._amounts(_EXCESS),
            excess_agreed_by=given["excess_agreed_by"],
            excess_minute=given["excess_minute"],
        )

    def _amounts(self, start: str) -> dict[str, Money]:
        return {
            name.removeprefix(start): value
            for name, value in self.cleaned_data.items()
            if name.startswith(start) and isinstance(value, Money)
        }


def _years(plan: FundPlan, ledger: Ledger) -> list[FinancialYear]:
    found = {row.year for row in plan.spend} | {year_of(entry.date) for entry in ledger.entries}
    return sorted(found, reverse=True)


class VoucherForm(LedgerForm):
    """The paper behind a sharing."""

    date = _day("Date", "A day of the year that is shared, before the year is closed.", initial=False)
    words = _line("What it is for", "One line, such as: overspend of 2016/17 shared by clause 12.", WORDS)
    evidence = _line("Reference", "The minute or schedule that shows it.", EVIDENCE, required=False)


class ExtractForm(LedgerForm):
    """An extract of the bank, or of another ledger."""

    file = forms.FileField(
        label="Extract",
        help_text="CSV with the columns date, reference, words and amount, or money_in and money_out in place of amount.",
        error_messages={"required": "Choose a file: CSV", "empty": "The file is empty: choose another"},
    )
    account = _choice("Account", "The account of the ledger that the extract is of.", [])
    as_of = _day("Up to", "Both are compared on this day. Later lines are left out.")
    since = _day(
        "The extract begins on",
        "Leave it empty where it reaches back to the first entry of the ledger.",
        required=False,
        initial=False,
    )
    opening = _money(
        "Balance at its beginning", "Pounds, as the extract prints it. Empty is nought.", required=False
    )
    closing = _money("Balance at its end", "Pounds, as the extract prints it: it is checked against its own lines.", required=False)  # fmt: skip

    def __init__(self, accounts: Choices, *posted: Any, **more: Any) -> None:
        super().__init__(*posted, **more)
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(accounts)

    def asked(self) -> reconciling.Asked:
        """What is asked for."""
        given = self.cleaned_data
        return reconciling.Asked(
            account=given["account"],
            as_of=given["as_of"],
            name=str(given["file"].name)[:300],
            content=given["file"].read(),
            since=given["since"],
            opening=given["opening"],
            closing=given["closing"],
        )
