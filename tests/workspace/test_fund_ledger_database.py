"""What the database itself refuses of a ledger, asked by raw SQL as the workspace's own role, and that it holds what the library holds."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear, Month
from leftshift.fund.ledger import operations as verbs
from leftshift.fund.ledger.accounts import chart
from leftshift.fund.ledger.documents import ledger_document, statement_document
from leftshift.fund.ledger.holding import Decision, Hold
from leftshift.fund.ledger.ledger import Ledger
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.fund.ledger.stating import statement
from leftshift.workspace.site.embedded import ROLES, EmbeddedPostgres
from tests.workspace.conftest import account_of
from tests.workspace.posting import begun, day, new_fund, operation, post, somebody

if TYPE_CHECKING:
    from leftshift.workspace.fund.models import Fund

pytestmark = pytest.mark.usefixtures("examples")
TABLES = ("ledgerentry", "ledgerposting", "ledgerclose", "decision", "holdreview", "extract")


@pytest.fixture
def app(database: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """The database as the workspace's own role, on behalf of the workspace itself; nothing that is tried stays."""
    with psycopg.connect(database.conninfo(ROLES[2])) as connection:
        connection.execute("SELECT set_config('leftshift.actor', 'system', false)")
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def fund(database: EmbeddedPostgres) -> Fund:
    """A fund with seven entries, of which one is reversed, and April closed."""
    from leftshift.workspace.plan.actions.storing import import_place
    from tests.workspace.conftest import EXAMPLES

    for name in ("llr-2014", "northmoor"):
        import_place(EXAMPLES / name, by="a test")
    found = begun(new_fund())
    post(found, "commit", "2016-05-02", source="dfg", scheme="adaptations", amount=5)
    post(found, "reverse", "2016-05-03", entry=6, words="By mistake")
    post(found, "close_month", period="2016-04")
    return found


def add_entry(app: psycopg.Connection, fund: Fund, postings: dict[str, int], **changed: Any) -> int:
    """Write an entry with its sides as somebody would who goes past the workspace; gives its key."""
    row = {
        "fund_id": fund.pk, "number": 8, "date": "2016-06-01", "kind": "pay", "words": "Past the workspace", "sides": len(postings),
        "by": "somebody", "at": datetime.datetime.now(tz=datetime.UTC), "reverses_id": None, **changed,
    }  # fmt: skip
    columns = ", ".join(f'"{name}"' for name in row)
    found = app.execute(
        f"INSERT INTO fund_ledgerentry ({columns}) VALUES ({', '.join(['%s'] * len(row))}) RETURNING id",
        list(row.values()),
    ).fetchone()
    assert found is not None
    for account, pence in postings.items():
        add_side(app, int(found[0]), account, pence)
    return int(found[0])


def add_side(
    app: psycopg.Connection, entry: int, account: str, pence: int, memorandum: bool | None = None
) -> None:
    note = chart()[account.partition(":")[0]].memorandum if memorandum is None else memorandum
    app.execute(
        "INSERT INTO fund_ledgerposting (entry_id, account, memorandum, pence) VALUES (%s, %s, %s, %s)",
        [entry, account, note, pence],
    )


def refused(app: psycopg.Connection, words: str) -> None:
    """What was written is refused when its transaction ends, if not before."""
    with pytest.raises(psycopg.Error, match=words):
        app.execute("SET CONSTRAINTS ALL IMMEDIATE")


PAID = {"spend:dfg:adaptations": 500, "bank": -500}


def test_what_is_whole_is_taken(app: psycopg.Connection, fund: Fund) -> None:
    """Otherwise nothing that follows would show anything."""
    add_entry(app, fund, PAID)
    app.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_entry_that_does_not_balance(app: psycopg.Connection, fund: Fund) -> None:
    add_entry(app, fund, {**PAID, "bank": -499})
    refused(app, "does not balance: money by 1 pence")


def test_money_that_is_balanced_by_a_note(app: psycopg.Connection, fund: Fund) -> None:
    add_entry(app, fund, {"spend:dfg:adaptations": 500, "commitment:dfg:adaptations": -500})
    refused(app, "does not balance: money by 500 pence, memorandum by -500 pence")


def test_money_that_is_called_a_note(app: psycopg.Connection, fund: Fund) -> None:
    entry = add_entry(app, fund, {"bank": -500}, sides=2)
    with pytest.raises(psycopg.Error, match="memorandum_as_in_the_chart"):
        add_side(app, entry, "spend:dfg:adaptations", 500, memorandum=True)


def test_the_database_knows_the_notes_of_the_chart() -> None:
    import re

    from leftshift.workspace.fund.models import MEMORANDUM

    assert {code for code in chart() if re.match(MEMORANDUM, code)} == {
        code for code, kind in chart().items() if kind.memorandum
    }


def test_an_entry_with_one_side(app: psycopg.Connection, fund: Fund) -> None:
    with pytest.raises(psycopg.Error, match="entry_has_two_sides"):
        add_entry(app, fund, {"bank": -500})


def test_an_entry_with_no_side_at_all(app: psycopg.Connection, fund: Fund) -> None:
    add_entry(app, fund, {}, sides=2)
    refused(app, "has 0 sides, and says it has 2")


def test_an_entry_whose_sides_are_of_one_account(app: psycopg.Connection, fund: Fund) -> None:
    entry = add_entry(app, fund, {"bank": -500}, sides=2)
    with pytest.raises(psycopg.Error, match="one_side_an_account"):
        add_side(app, entry, "bank", 500)


def test_a_posting_that_is_slipped_into_an_old_entry(app: psycopg.Connection, fund: Fund) -> None:
    old = fund.entries.get(number=1).pk
    add_side(app, old, "bank", 500)
    add_side(app, old, "spend:dfg:adaptations", -500)
    refused(app, "entry 1 has 4 sides, and says it has 2")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nothing_is_altered_or_removed(app: psycopg.Connection, fund: Fund, table: str, change: str) -> None:
    with pytest.raises(psycopg.Error, match=r"permission denied|only ever added|keep"):
        app.execute(change.format(f"fund_{table}"))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nor_by_the_owner_of_the_tables(
    database: EmbeddedPostgres, fund: Fund, table: str, change: str
) -> None:
    with psycopg.connect(database.conninfo(ROLES[1])) as owner:
        with pytest.raises(psycopg.Error):
            owner.execute(change.format(f"fund_{table}"))
        owner.rollback()


@pytest.mark.parametrize("number", [1, 7, 9, 0])
def test_a_number_that_does_not_follow(app: psycopg.Connection, fund: Fund, number: int) -> None:
    with pytest.raises(psycopg.Error, match=f"entry {number} does not follow entry 7"):
        add_entry(app, fund, PAID, number=number)


def test_a_date_in_a_closed_period(app: psycopg.Connection, fund: Fund) -> None:
    with pytest.raises(psycopg.Error, match="everything up to 2016-04-30 is closed"):
        add_entry(app, fund, PAID, date="2016-04-30")


def test_a_second_reversal(app: psycopg.Connection, fund: Fund) -> None:
    back = {"commitment:dfg:adaptations": -500, "commitment_control:dfg": 500}
    with pytest.raises(psycopg.Error, match="reverses_id"):
        add_entry(app, fund, back, kind="reverse", reverses_id=fund.entries.get(number=6).pk)


def test_a_reversal_of_an_entry_of_another_fund(app: psycopg.Connection, fund: Fund) -> None:
    other = new_fund()
    post(other, "carry_forward", source="dfg", amount=5)
    with pytest.raises(psycopg.Error, match="takes back an entry of another fund"):
        add_entry(app, fund, PAID, kind="reverse", reverses_id=other.entries.get(number=1).pk)


def test_a_close_that_comes_before_another_or_counts_wrongly(app: psycopg.Connection, fund: Fund) -> None:
    close = "INSERT INTO fund_ledgerclose (fund_id, through, period, after, by, at) VALUES (%s, %s, 'p', %s, 'b', now())"
    with pytest.raises(psycopg.Error, match="is closed already"):
        app.execute(close, [fund.pk, "2016-04-30", 7])
    app.rollback()
    app.execute("SELECT set_config('leftshift.actor', 'system', false)")
    with pytest.raises(psycopg.Error, match="has not 6 entries"):
        app.execute(close, [fund.pk, "2016-05-31", 6])


@pytest.mark.parametrize("missing", ["minute", "reason", "ground", "agreed_by", "pence"])
def test_a_release_that_lacks_a_part_of_its_decision(
    app: psycopg.Connection, fund: Fund, missing: str
) -> None:
    row = {"reason": "r", "ground": "g", "agreed_by": "a", "minute": "m", "pence": 1} | {missing: 0 if missing == "pence" else ""}  # fmt: skip
    wanted = "release_of_something" if missing == "pence" else "release_with_its_whole_decision"
    with pytest.raises(psycopg.Error, match=wanted):
        app.execute(
            "INSERT INTO fund_decision (fund_id, hold, decided_on, pence, reason, ground, agreed_by, minute, by, at)"
            " VALUES (%s, 'contingency', '2016-07-01', %s, %s, %s, %s, %s, 'b', now())",
            [fund.pk, *(row[name] for name in ("pence", "reason", "ground", "agreed_by", "minute"))],
        )


@pytest.mark.parametrize("table", TABLES)
def test_the_ledger_of_anothers_place_is_not_there(app: psycopg.Connection, fund: Fund, table: str) -> None:
    """Charlie sees one place, and of the ledger of another not one row, nor may add any."""
    from leftshift.workspace.accounts.actions import end_role, give_role

    charlie = account_of("charlie")
    grant = give_role(charlie, role="fund_manager", place="llr-2014", by="a test")
    try:
        app.execute("SELECT set_config('leftshift.actor', %s, false)", [str(charlie.pk)])
        found = app.execute(f"SELECT count(*) FROM fund_{table}").fetchone()
        assert found == (0,)
        with pytest.raises(psycopg.Error, match=r"row-level security|does not follow"):
            add_entry(app, fund, PAID)
    finally:
        end_role(grant, by="a test")


# ---------------------------------------------------------------------- the same as the library's
HOLD = Hold(
    "contingency", "contingency", "carry_forward", Money.pounds(117_000), "outside", "b", day("2016-04-01")
)
SOURCES, SCHEMES = ("nhs_minimum", "dfg", "carry_forward"), ("crisis", "carers", "adaptations")


class Both:
    """A ledger in the database and one of the library, on which the same is tried."""

    def __init__(self, seed: int) -> None:
        self.fund, self.ledger, self.luck = new_fund(), Ledger(), random.Random(seed)
        self.today, self.by = day("2016-04-01"), somebody()
        self.taken = self.refused = 0

    def draw(self) -> None:
        """One verb, as luck has it; both take it or both refuse it."""
        self.today += datetime.timedelta(days=self.luck.randrange(0, 5))
        verb = self.luck.choice(["agree_contribution", "receive", "receive", "commit", "commit", "release_commitment", "pay", "pay", "accrue", "pay_accrued", "carry_forward", "set_aside", "release", "reverse", "close_month"])  # fmt: skip
        source, scheme = self.luck.choice(SOURCES), self.luck.choice(SCHEMES)
        pounds = self.luck.choice([1, 10, 1_000, 60_000])
        given: dict[str, Any] = {"amount": pounds}
        if verb in ("agree_contribution", "receive"):
            given |= {"source": source, "partner": self.luck.choice(["03W", "E06000017"])}
        elif verb in ("commit", "release_commitment"):
            given |= {"source": source, "scheme": scheme}
        elif verb in ("pay", "accrue"):
            given = {"scheme": scheme, "amounts": dict.fromkeys(self.luck.sample(SOURCES, 2), pounds)}
            given |= {"provider": "E06000017"} if verb == "accrue" else {}
        elif verb == "pay_accrued":
            given |= {"provider": "E06000017"}
        elif verb == "carry_forward":
            given |= {"source": source}
        elif verb == "set_aside":
            given = {"hold": "contingency"}
        elif verb == "reverse":
            given = {"entry": self.luck.randrange(1, len(self.ledger.entries) + 2)}
        elif verb == "close_month":
            month = self.today - datetime.timedelta(days=31)
            given = {"period": str(Month(month.year, month.month))}
        self.do(verb, given, pounds)

    def do(self, verb: str, given: dict[str, Any], pounds: int) -> None:
        before = self.ledger
        try:
            self.ledger = self.in_library(verb, given, pounds)
            wanted = ""
        except LedgerRefused as problem:
            wanted = str(problem)
        try:
            self.in_database(verb, given, pounds)
            found = ""
        except LedgerRefused as problem:
            found = str(problem)
        assert bool(found) == bool(wanted), (verb, given, found, wanted)
        if wanted:
            self.ledger = before
        self.taken, self.refused = self.taken + (not wanted), self.refused + bool(wanted)

    def in_database(self, verb: str, given: dict[str, Any], pounds: int) -> None:
        from leftshift.workspace.fund.actions.deciding import Release, release
        from leftshift.workspace.fund.actions.posting import post as post_it

        if verb == "release":
            asked = Release(amount=Money.pounds(pounds), reason="r", ground="g", agreed_by="a", minute="m", decided_on=self.today)  # fmt: skip
            release(self.fund, "contingency", asked, by=self.by)
        else:
            post_it(self.fund, operation(verb, self.today.isoformat(), **given), by=self.by)

    def in_library(self, verb: str, given: dict[str, Any], pounds: int) -> Ledger:
        by, amount = self.by.signature, Money.pounds(pounds)
        if verb == "close_month":
            return verbs.close_month(self.ledger, Month.parse(given["period"]), by=by)
        if verb == "close_year":
            return verbs.close_year(self.ledger, FinancialYear.parse(given["period"]), by=by)
        if verb == "reverse":
            made = verbs.reverse(self.ledger, given["entry"], reason="A test", date=self.today, by=by)
        elif verb == "release":
            made = verbs.release_hold(self.ledger, HOLD, Decision("contingency", self.today, amount, "r", "g", "a", "m"), by=by)  # fmt: skip
        elif verb == "set_aside":
            made = verbs.set_aside(self.ledger, self.voucher, HOLD)
        else:
            rest = {name: value for name, value in given.items() if name not in ("amount", "amounts")}
            if "amounts" in given:
                rest["amounts"] = {source: Money.pounds(of) for source, of in given["amounts"].items()}
            else:
                rest["amount"] = amount
            made = getattr(verbs, verb)(self.ledger, self.voucher, **rest)
        return self.ledger.post(made)

    @property
    def voucher(self) -> verbs.Voucher:
        return verbs.Voucher(self.today, "A test", self.by.signature)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_done_the_database_holds_what_the_library_holds(fund: Fund, seed: int) -> None:
    from leftshift.workspace.fund.queries import ledger_of

    both = Both(seed)
    both.do("agree_contribution", {"source": "nhs_minimum", "partner": "03W", "amount": 500_000}, 500_000)
    both.do("carry_forward", {"source": "carry_forward", "amount": 200_000}, 200_000)
    for _ in range(120):
        both.draw()
    both.today = max(both.today, day("2017-04-01"))
    both.do("close_year", {"period": "2016/17"}, 1)
    found = ledger_of(both.fund)
    assert ledger_document(found) == ledger_document(both.ledger)
    as_of = both.today
    assert statement_document(statement(found, as_of)) == statement_document(statement(both.ledger, as_of))
    assert sum(money.pence for money in found.balances().values()) == 0
    assert found.closes[-1].period == "2016/17"
    assert both.taken > 40
    assert both.refused > 10
