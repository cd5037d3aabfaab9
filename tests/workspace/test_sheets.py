"""Pages of sheets, whatever they are of: what the schema alone gives, refused forms, and folders as people send them."""

from __future__ import annotations

import io
import zipfile
from functools import cached_property
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.fund.plan.plan import plan_kind
from leftshift.place.schema import schema_of
from leftshift.place.sheets import apply_changes, sheet_of_text
from leftshift.workspace.shared.sheets import Sheets, field_of, fields_of, sheet_lines, sheet_page
from leftshift.workspace.shared.uploads import texts_of_upload
from tests.workspace.conftest import signed_in
from tests.workspace.fund_making import make_fund
from tests.workspace.test_fund_sceptic import at, form_of

_ABOUT: dict[str, dict[str, Any]] = {
    "source": {"type": "text", "required": True, "description": "Where from"},
    "basis": {"type": "name", "choices": ["assumed", "published"], "description": "How firm"},
}
_TABLES = schema_of(
    [
        {
            "name": "bodies",
            "description": "Who meets",
            "key": ["body"],
            "columns": {
                "body": {"type": "name", "required": True, "description": "Short name"},
                "name": {"type": "text", "required": True, "description": "What `people` call it"},
            },
        },
        {
            "name": "open_actions",
            "description": "What is to be done",
            "key": ["action"],
            "columns": {
                "action": {"type": "name", "required": True, "description": "Short name"},
                "body": {"type": "name", "refers": "bodies", "also": ["all"], "description": "Whose"},
                "words": {"type": "prose", "description": "What"},
                "due": {"type": "date", "description": "Until when"},
                "cost": {"type": "money", "description": "How much"},
                "closed": {"type": "yes_no", "description": "Whether it is done"},
            },
        },
    ],
    _ABOUT,
).tables
_BODIES = "body,name,source,basis\nboard,The board,T,assumed\nforum,,T,assumed\n"
_ACTIONS = (
    "action,body,words,cost,source,basis\naction_1,board,Ask,1500,T,assumed\naction_3,gone,,,T,assumed\n"
)


class _Meetings(Sheets):
    tables = _TABLES
    groups = {"Meetings": ("bodies", "open_actions")}
    own_keys = frozenset({"open_actions"})

    @cached_property
    def faults(self) -> Faults:
        found = Faults()
        for row, column, kind in ((3, "words", "not filled in"), (3, "due", "not filled in"), (3, "body", "x"), (None, None, "y")):  # fmt: skip
            found.add(
                Fault(kind, "open_actions.csv", row, column, "Nobody", "a body", "Add it.", "board" if kind == "x" else None)
            )  # fmt: skip
        return found


@pytest.fixture
def sheets() -> _Meetings:
    return _Meetings({"bodies.csv": _BODIES, "open_actions.csv": _ACTIONS})


@pytest.fixture
def fund(examples: None, request: pytest.FixtureRequest) -> Any:
    return make_fund("s-" + request.node.name.replace("_", "-")[:80].strip("-"))


# ---------------------------------------------------------------------- what the schema alone gives
def test_a_list_says_rows_by_name_and_what_is_wrong_with_each(sheets: _Meetings) -> None:
    page = sheet_page(sheets, sheet_of_text(_TABLES["open_actions"], _ACTIONS))
    assert (page.title, page.group) == ("Open actions", "Meetings")
    assert page.beside == [("bodies", "Bodies"), ("open_actions", "Open actions")]
    assert [head for head, _ in page.heads] == ["Action", "Body", "Words", "Due", "Cost", "Closed"]
    assert [head for head, numeric in page.heads if numeric] == ["Cost"]
    assert page.rows[0].cells == ["action_1", "The board", "Ask", "", "£1,500", ""]
    assert page.rows[0].faults == []
    # of what is empty one line says all; a name that is not known stands as it was written
    assert page.rows[1].cells[1] == "gone"
    assert page.rows[1].faults == [
        "Not filled in: Words, Due.",
        "Body: Nobody. Add it. Did you mean board?",
    ]
    assert page.faults == ["Nobody. Add it."]


def test_fields_follow_from_the_schema(sheets: _Meetings) -> None:
    table = _TABLES["open_actions"]
    row = {"action": "action_3", "body": "gone"}
    fields = {field.name: field for field in fields_of(sheets, table, row, 3)}
    assert [field.kind for field in fields.values()] == ["text", "choice", "prose", "date", "text", "choice", "text", "choice"]  # fmt: skip
    # rows of the table that it refers to by name, what else is allowed, and what stands there though it is not
    assert fields["body"].choices == [("board", "The board"), ("forum", "forum"), ("all", "All"), ("gone", "gone (not known)")]  # fmt: skip
    assert fields["body"].problems == ["Nobody: expected a body. Add it."]
    assert fields["closed"].choices == [("yes", "Yes"), ("no", "No")]
    assert fields["source"].label == "Where this comes from"
    assert [name for name, field in fields.items() if field.is_folded] == ["action", "source", "basis"]
    assert (
        field_of(sheets, _TABLES["bodies"], _TABLES["bodies"].columns["name"]).help == "What people call it."
    )


def test_a_new_row_begins_with_a_short_name_that_nobody_has(sheets: _Meetings) -> None:
    sheet = sheet_of_text(_TABLES["open_actions"], _ACTIONS)
    begun = sheets.begun(sheet.table, sheet, "Mina")
    assert begun == {"source": "Entered in the workspace by Mina", "basis": "assumed", "action": "action_2"}
    bodies = sheet_of_text(_TABLES["bodies"], _BODIES)
    assert "body" not in sheets.begun(bodies.table, bodies, "Mina")


def test_a_row_is_called_by_its_name_else_by_its_key_else_as_its_table(sheets: _Meetings) -> None:
    assert sheets.name(_TABLES["bodies"], {"body": "board", "name": "The board"}) == "The board"
    assert sheets.name(_TABLES["open_actions"], {"action": "action_1"}) == "action_1"
    assert sheets.name(_TABLES["open_actions"], {}) == "Open actions"


def test_every_sheet_says_how_much_is_to_be_cleared(sheets: _Meetings) -> None:
    [(group, lines)] = sheet_lines(sheets, {"bodies": 2}, list(sheets.faults)[:1], list(sheets.faults))
    assert group == "Meetings"
    assert [(line.table, line.rows, line.blocking, line.warnings) for line in lines] == [
        ("bodies", 2, 0, 0),
        ("open_actions", 0, 1, 4),
    ]


# ---------------------------------------------------------------------- forms that were refused
def sent_again(text: str, **changed: str) -> dict[str, str]:
    """The form of a refused page with the one field as it now is, as a browser sends it again."""
    return {**form_of(text), **{f"field.{name}": value for name, value in changed.items()}, "do": "back"}


def test_a_form_that_clashed_is_saved_when_it_is_sent_again_by_who_has_seen_what_stands_there(
    fund: Any,
) -> None:
    mina, where = signed_in("mina"), at(fund, "plan/spend/rows/r1/")
    looked = form_of(mina.get(where))
    mina.client.post(where, {"field.amount": "123", "before.amount": looked["before.amount"]})
    wanted = {"amount": "124", "comments": "Agreed"}
    answer = mina.client.post(where, {**looked, **{f"field.{name}": text for name, text in wanted.items()}})
    assert answer.status_code == 409
    again = sent_again(answer.content.decode(), **wanted)
    assert (again["before.amount"], again["before.comments"]) == ("123", "")
    assert mina.client.post(where, again).status_code == 302
    now = form_of(mina.get(where))
    assert (now["before.amount"], now["before.comments"]) == ("124", "Agreed")


def test_a_text_that_was_too_long_is_saved_once_it_is_shorter_with_all_else_that_was_entered(
    fund: Any,
) -> None:
    mina, where = signed_in("mina"), at(fund, "plan/spend/rows/r1/")
    looked = form_of(mina.get(where))
    sent = {**looked, "field.comments": "x" * 10_001, "field.amount": "125"}
    answer = mina.client.post(where, sent)
    assert answer.status_code == 400
    assert "a cell holds at most 10,000" in answer.content.decode()
    assert mina.client.post(where, sent_again(answer.content.decode(), comments="y", amount="125")).status_code == 302  # fmt: skip
    now = form_of(mina.get(where))
    assert (now["before.amount"], now["before.comments"]) == ("125", "y")


def test_a_grid_without_script_says_what_was_saved(fund: Any) -> None:
    mina = signed_in("mina")
    answer = mina.client.post(at(fund, "plan/spend/grid/"), {"seen": "0", "cell.r1.amount": "126"})
    assert "Saved as edit 1." in answer.content.decode()
    # and the balances beside it are those after the save
    balances = mina.client.get(at(fund, "balances/")).content.decode()
    assert balances.strip() in answer.content.decode()


# ---------------------------------------------------------------------- folders
def test_a_folder_is_taken_as_files_or_as_a_zip_and_every_fault_is_told_at_once() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("one/income.csv", "\ufeffincome\nx\n")
        made.writestr("one/readme.txt", "kept out")
    kind = plan_kind()
    assert texts_of_upload([("one.zip", packed.getvalue())], kind) == {"income.csv": "income\nx\n"}
    assert texts_of_upload([("income.csv", b"income\nx\n")], kind) == {"income.csv": "income\nx\n"}
    with pytest.raises(FaultsFound) as caught:
        texts_of_upload([("spend.csv", b"\xff"), ("other.csv", b"x"), ("spend.csv", b"\xff")], kind)
    told = [(fault.kind, fault.file, fault.expected) for fault in caught.value.faults]
    assert told == [
        ("duplicate file", "spend.csv", "each file once"),
        ("wrong encoding", "spend.csv", "text in UTF-8"),
        ("unknown file", "other.csv", "a table of a plan"),
    ]


_NAMES = st.lists(st.sampled_from("abcdef"), unique=True)


@given(_NAMES, _NAMES, st.sampled_from(["", "One", "Two"]))
def test_what_turns_one_sheet_into_another_makes_its_rows_and_keeps_keys(
    was: list[str], becomes: list[str], name: str
) -> None:
    from leftshift.workspace.shared.editing import changes_between

    def text(keys: list[str], called: str) -> str:
        return "body,name\n" + "".join(f"{key},{called}\n" for key in keys)

    now = sheet_of_text(_TABLES["bodies"], text(was, "One"))
    wanted = sheet_of_text(_TABLES["bodies"], text(becomes, name))
    after, clashes = apply_changes(now, changes_between(now, wanted))
    assert not clashes
    rows = {after.cell(row, "body"): row for _, row in after.numbered()}
    assert {key: after.facts(row) for key, row in rows.items()} == {
        wanted.cell(row, "body"): wanted.facts(row) for _, row in wanted.numbered()
    }
    old = {now.cell(row, "body"): row.key for _, row in now.numbered()}
    assert all(rows[key].key == old[key] for key in set(was) & set(becomes))
