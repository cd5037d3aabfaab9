"""Wrong input is answered: every slip in a programme's folder is told with file, row and column, and nothing breaks."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.model import read_place
from leftshift.place.writing import write_files
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.checking_work import circles
from leftshift.programme.programme import programme_kind, read_programme, read_programme_texts

LLR = Path(__file__).parents[3] / "examples" / "llr-2014"
TEXTS = {path.name: path.read_text("utf-8") for path in (LLR / "programme").iterdir()}
PLACE = read_place(LLR).place
AS_OF = date(2015, 6, 12)


def faults_of(**changed: str) -> list[Fault]:
    """Every fault of the example with other texts in some files."""
    texts = TEXTS | {f"{name}.csv": text for name, text in changed.items()}
    read = read_programme_texts(texts)
    if read.programme is None or read.faults:
        return list(read.faults)
    return list(CheckedProgramme(read.programme, AS_OF, PLACE).faults)


USUAL = {(fault.file, fault.kind, fault.row) for fault in faults_of()}


def with_cell(table: str, key: str, column: str, value: str) -> str:
    """The text of a table with another cell in the first row that begins with a key."""
    rows = list(csv.reader(io.StringIO(TEXTS[f"{table}.csv"])))
    row = next(row for row in rows[1:] if row[0] == key)
    if column not in rows[0]:
        rows = [[*cells, column if at == 0 else ""] for at, cells in enumerate(rows)]
        row = next(row for row in rows[1:] if row[0] == key)
    row[rows[0].index(column)] = value
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def added(table: str, *rows: str) -> str:
    """The text of a table with more rows."""
    return TEXTS[f"{table}.csv"] + "".join(f"{row},A test,assumed\n" for row in rows)


SLIPS = [
    # table, key, column, value → kind, and a part of what is said
    ("milestones", "teams_all", "begins", "2017-01-01", "dates in the wrong order", "a day up to"),
    ("milestones", "teams_all", "done", "2015-06-13", "still to come", "a day up to 2015-06-12"),
    ("milestones", "beds_clinical_view", "baseline", "2014-09-20", "baseline breaks a dependency", "2014-10-20 or later"),
    ("milestones", "crisis_open", "starts", "ld_workstream", "intervention of another project", "short_breaks"),
    ("milestones", "crisis_open", "starts", "nothing_of_it", "intervention of no project", "crisis_house"),
    ("milestones", "crisis_open", "project", "nowhere", "unknown project", "projects.csv"),
    ("project_interventions", "bed_moves", "intervention", "beds_reconfiguration", "unknown intervention", "bed_reconfiguration"),
    ("projects", "bed_moves", "organisation", "RWF", "unknown organisation", "RWE"),
    ("objectives", "in_balance", "measure", "gap", "unknown measure", "measures.csv"),
    ("actions", "senate_reply", "done", "2015-04-22", "dates in the wrong order", "when it was raised"),
    ("actions", "senate_reply", "due", "2015-04-22", "dates in the wrong order", "a day up to 2015-04-22"),
    ("overrides", "milestone", "named", "beds_last_wart", "unknown milestone", "beds_last_ward"),
    ("overrides", "milestone", "until", "2015-05-01", "dates in the wrong order", "a day up to 2015-05-01"),
    ("changes", "crisis_three_months", "minute", "", "decision without record", "minute of what was approved"),
    ("changes", "crisis_three_months", "milestone", "", "nothing uses it", "the milestone that gets the new date"),
    ("risks", "home_care", "threatens", "beds_first_wart", "unknown milestone", "beds_first_ward"),
    ("risks", "home_care", "closed", "2015-06-01", "missing value", "why it was closed"),
    ("risk_scores", "home_care", "likelihood", "6", "score off the scale", "1 to 5"),
    ("risk_scores", "home_care", "stage", "target", "duplicate key", "one row"),
    ("benefits", "front_door_money", "intervention", "nothing_of_it", "unknown intervention", "interventions.csv"),
    ("benefits", "frail_admissions_again", "counted", "yes", "claimed twice", "group frail_admissions"),
    ("benefit_profile", "frail_admissions", "period", "2014-11", "periods of two kinds", "one kind for one benefit"),
    ("benefit_actuals", "frail_money", "period", "2012/13", "period without a plan", "benefit_profile.csv"),
    ("gates", "beds_four_tests", "kind", "five_tests", "unknown kind of gate", "four_tests"),
    ("gates", "beds_four_tests", "kind", "own", "gate without questions", "gate_questions.csv"),
    ("gates", "beds_four_tests", "milestone", "crisis_open", "milestone of another project", "a milestone of bed_moves"),
    ("gate_evidence", "beds_four_tests", "question", "engagements", "unknown question", "engagement"),
    ("appraisals", "hub_sites", "chosen", "three_hubs", "unknown option", "hub_sites"),
    ("appraisals", "hub_sites", "chosen", "four_hubs", "choice without a reason", "why the first of the ranking"),
    ("scores", "hub_sites", "score", "11", "score off the scale", "0 to 10"),
    ("scores", "hub_sites", "scorer", "clinical_leader", "unknown scorer", "clinical_lead"),
    ("conflicts", "hub_sites", "option", "six_hubs", "unknown option", "hub_sites"),
    ("alignment", "near_home", "named", "frailty", "unknown workstream", "frail"),
    ("responses", "beds_meetings", "supportive", "59", "value out of range", "at most 58"),
    ("said_and_did", "beds_meetings", "record", "", "change without a record", "decision, change or minute"),
    ("said_and_did", "beds_meetings", "changed_on", "", "change without a date", "the day of the change"),
    ("survey_questions", "hubs_2015", "choices", "", "too few choices", "at least two"),
    ("surveys", "hubs_2015", "closes", "2015-05-01", "dates in the wrong order", "a day up to 2015-05-01"),
    ("impacts", "beds_eia", "characteristic", "ages", "unknown characteristic", "age"),
    ("decisions", "pb_2015_04", "subject", "project:bed_moves", "decision without an assessment", "pb_2015_04/2/a"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "key", "column", "value", "kind", "said"), SLIPS)
def test_a_slip_is_told_at_its_cell(
    table: str, key: str, column: str, value: str, kind: str, said: str
) -> None:
    if table == "survey_questions":
        text = TEXTS["survey_questions.csv"].replace(
            "On foot or by bicycle;By bus;By car;Somebody would bring me", "By bus"
        )
    elif table == "decisions":
        text = TEXTS["decisions.csv"].replace(
            "was received.,noted,,,", "was received.,agreed,,project:bed_moves,"
        )
    else:
        text = with_cell(table, key, column, value)
    found = [
        fault for fault in faults_of(**{table: text}) if (fault.file, fault.kind, fault.row) not in USUAL
    ]
    told = [fault for fault in found if fault.kind == kind]
    assert told, [str(fault) for fault in found]
    assert any(said in str(fault) for fault in told), [str(fault) for fault in told]
    assert all(fault.file and fault.action for fault in told)


def test_the_example_has_the_faults_that_are_meant() -> None:
    """They show what the checks find: an assessment that is not whole, late papers, a late declaration, and the like."""
    assert sorted(kind for _, kind, _ in USUAL) == [
        "assessment not whole", "declared late", "late", "need not be declared", "no paper", "past a gate",
    ]  # fmt: skip


def test_milestones_that_wait_for_each_other_are_named_before_anything_is_worked_out() -> None:
    text = added("dependencies", "front_door_open,front_door_case,finish_to_start,0")
    read = read_programme_texts(TEXTS | {"dependencies.csv": text})
    assert read.programme is not None
    fault = next(circles(read.programme))
    assert fault.kind == "circular dependency"
    assert "front_door_case → " in fault.found
    assert fault.file == "dependencies.csv"


def test_an_override_that_hides_what_is_overdue_is_a_fault() -> None:
    row = "milestone,beds_first_ward,green,It is nearly there,Lead,2015-06-01,2015-12-31"
    found = [
        fault
        for fault in faults_of(overrides=added("overrides", row))
        if fault.kind == "status by hand refused"
    ]
    assert "what is overdue cannot be on track" in found[0].action


def test_weights_of_nought_and_missing_scores_are_faults() -> None:
    assert any(
        fault.kind == "no weights" for fault in faults_of(criteria=_rewritten("criteria", "weight", "0"))
    )
    scores = (
        "\n".join(line for line in TEXTS["scores.csv"].splitlines() if ",two_hubs,access," not in line) + "\n"
    )
    missing = [fault for fault in faults_of(scores=scores) if fault.kind == "scores missing"]
    assert "no score counts for Access" in missing[0].action


def _rewritten(table: str, column: str, value: str) -> str:
    rows = list(csv.reader(io.StringIO(TEXTS[f"{table}.csv"])))
    at = rows[0].index(column)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [rows[0], *([*row[:at], value, *row[at + 1 :]] for row in rows[1:])]
    )
    return out.getvalue()


def test_a_gate_passed_without_its_answers_is_a_fault() -> None:
    row = "beds_four_tests,2015-06-01,passed,,Board,7(a),"
    found = [
        fault
        for fault in faults_of(gate_decisions=added("gate_decisions", row))
        if fault.kind == "passed without its answers"
    ]
    assert "met in part" in found[0].action


def test_what_is_written_is_read_the_same(tmp_path: Path) -> None:
    read = read_programme(LLR)
    write_files(read.texts(), tmp_path / "programme")
    again = read_programme(tmp_path / "programme")
    assert again == read
    assert again.fingerprint == read.fingerprint


@pytest.mark.parametrize("missing", ["programme.toml", "projects.csv"])
def test_a_folder_without_what_is_needed_is_refused(missing: str, tmp_path: Path) -> None:
    write_files({name: text for name, text in TEXTS.items() if name != missing}, tmp_path / "programme")
    with pytest.raises(FaultsFound, match=missing.replace(".", r"\.")):
        read_programme(tmp_path)


def test_a_place_without_a_programme_says_so() -> None:
    with pytest.raises(FaultsFound, match="a place without a programme") as found:
        read_programme(LLR.parent / "northmoor")
    assert found.value.faults.total == 1


TABLES = sorted(name for name in TEXTS if name.endswith(".csv"))


@given(
    st.sampled_from(TABLES),
    st.integers(0, 60),
    st.integers(0, 12),
    st.sampled_from(["", "x", "-1", "1e9", "2015-02-30", "yes", "ä\u202e", "0", "2999-01-01", '"']),
)
def test_any_cell_may_hold_anything(table: str, line: int, position: int, value: str) -> None:
    """It is read or told; and what is read can be checked from any day without breaking."""
    rows = list(csv.reader(io.StringIO(TEXTS[table])))
    row = rows[line % len(rows)]
    row[position % len(row)] = value
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    read = read_programme_texts(TEXTS | {table: out.getvalue()})
    if read.programme is None or read.faults:
        assert all(fault.action for fault in read.faults)
        return
    if list(circles(read.programme)):
        return
    document = CheckedProgramme(read.programme, AS_OF, PLACE).document()
    assert document["programme"] == "llr-2014-programme"


@given(st.dictionaries(st.sampled_from([*programme_kind().schema.tables]), st.text(max_size=200), max_size=3))
def test_any_text_is_read_or_refused(texts: dict[str, str]) -> None:
    read = read_programme_texts(TEXTS | {f"{name}.csv": text for name, text in texts.items()})
    assert read.programme is not None
    for fault in read.faults:
        assert fault.action
