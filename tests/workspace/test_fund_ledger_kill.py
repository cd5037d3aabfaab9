"""Kill -9 of server and database in the middle of posting: what was acknowledged is there, no entry is half there, and all comes to nought."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.workspace.posting import texts
from tests.workspace.test_kill import PATIENCE, Workspace, both, workspace
from tests.workspace.test_kill_work import ROUNDS, Browser, kills, meanwhile, rows

__all__ = ["workspace"]
FUNDS = "/places/northmoor/funds"
LEDGER = f"{FUNDS}/killed/ledger"


def begin(workspace: Workspace) -> Browser:
    """Start, add a fund from its folder, and bring in enough to promise."""
    workspace.start()
    browser = Browser(workspace)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in texts("killed").items():
            packed.writestr(name, text)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="plan.zip"\r\nContent-Type: application/zip\r\n\r\n'
        + out.getvalue()
        + b"\r\n--x--\r\n"
    )
    status, text = browser.post(f"{FUNDS}/new/", body, "multipart/form-data; boundary=x", browser.token(f"{FUNDS}/new/"))  # fmt: skip
    assert status == 200, text
    brought = {
        "do": "post",
        "source": "nhs_minimum",
        "amount": "1000000",
        "date": "2016-04-01",
        "words": "In",
    }
    where = f"{LEDGER}/post/carry_forward/"
    status, text = browser.form(where, browser.token(where), **brought)
    assert status == 200, text
    return browser


def post_on(browser: Browser, token: str, who: str, acknowledged: set[str]) -> None:
    """Post without pause until the server is gone, each under a key of its own; paying touches six sides."""
    for number in range(10_000):
        key = f"{who}-{number}"
        given = {"do": "post", "key": key, "date": "2016-05-02", "words": key}
        if number % 2:
            status, _ = browser.form(f"{LEDGER}/post/pay/", token, scheme="crisis", amount_nhs_minimum="2", **given)  # fmt: skip
        else:
            status, _ = browser.form(f"{LEDGER}/post/commit/", token, scheme="crisis", source="nhs_minimum", amount="1.50", **given)  # fmt: skip
        if status == 200:  # the page of the entry, to which it leads
            acknowledged.add(key)


def check(workspace: Workspace, acknowledged: set[str]) -> int:
    """No half entry, no gap, nothing lost, an event for each; and debits come to credits. Gives how many entries there are."""
    entries = rows(
        workspace,
        "SELECT e.number, e.key, e.sides, count(p.id), coalesce(sum(p.pence) FILTER (WHERE NOT p.memorandum), 0)::bigint,"
        " coalesce(sum(p.pence) FILTER (WHERE p.memorandum), 0)::bigint"
        " FROM fund_ledgerentry e LEFT JOIN fund_ledgerposting p ON p.entry_id = e.id GROUP BY e.id ORDER BY e.number",
    )
    assert [number for number, *_ in entries] == list(range(1, len(entries) + 1))
    assert all(sides == found and money == notes == 0 for _, _, sides, found, money, notes in entries)
    assert acknowledged <= {key for _, key, *_ in entries}
    events, head = rows(workspace, "SELECT (SELECT count(*) FROM record_event), events FROM record_head")[0]
    assert events == head
    told = rows(workspace, "SELECT count(*) FROM record_event WHERE action = 'ledger entry posted'")
    assert told == [(len(entries),)]
    return len(entries)


def trial_balance_ties(browser: Browser) -> None:
    """The page of the workspace: the ledger is rebuilt from the database, and its totals are the same on both sides."""
    for name in ("trial-balance", "notes"):
        last = browser.get(f"{LEDGER}/tables/{name}.csv").strip().splitlines()[-1].split(",")
        assert last[0] == "Total"
        assert last[2] == last[3]
        assert float(last[2]) > 0


@pytest.mark.parametrize("kill", kills())
def test_a_kill_in_the_middle_of_posting(workspace: Workspace, kill: Callable[[Workspace], None]) -> None:
    """Two people post without pause; the server, or server and database, are killed at any moment."""
    acknowledged: set[str] = set()
    luck = random.Random(11)
    browser = begin(workspace)
    before = check(workspace, acknowledged)
    for turn in range(ROUNDS):
        token = browser.token(f"{LEDGER}/post/commit/")
        people = [meanwhile(partial(post_on, browser, token, f"{turn}-{who}", acknowledged)) for who in "ab"]
        time.sleep(luck.uniform(0.3, 1.2))
        kill(workspace)
        for person in people:
            person.join()
        workspace.start()
        before = max(before, check(workspace, acknowledged))
        trial_balance_ties(browser)
    assert len(acknowledged) > ROUNDS
    assert before > ROUNDS


def test_the_database_alone_is_killed_in_the_middle_of_posting(workspace: Workspace) -> None:
    """The server goes on, starts the database again, and posting goes on where it was."""
    acknowledged: set[str] = set()
    luck = random.Random(12)
    browser = begin(workspace)
    ended: list[Any] = []

    def post_until_told(turn: int) -> None:
        token = browser.token(f"{LEDGER}/post/commit/")
        for number in range(10_000):
            if len(ended) > turn:
                return
            key = f"{turn}-{number}"
            try:
                status, _ = browser.form(f"{LEDGER}/post/commit/", token, do="post", key=key, date="2016-05-02", words=key, scheme="crisis", source="nhs_minimum", amount="1")  # fmt: skip
            except OSError:
                continue
            if status == 200:
                acknowledged.add(key)

    for turn in range(ROUNDS):
        person = meanwhile(partial(post_until_told, turn))
        time.sleep(luck.uniform(0.3, 0.9))
        pid = workspace.database_pid()
        workspace.kill_database()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not (
            workspace.answers("/health") and workspace.database_pid() != pid
        ):
            time.sleep(0.1)
        ended.append(turn)
        person.join()
        check(workspace, acknowledged)
        trial_balance_ties(browser)
    assert len(acknowledged) > ROUNDS
    both(workspace)
    workspace.start()
    check(workspace, acknowledged)
