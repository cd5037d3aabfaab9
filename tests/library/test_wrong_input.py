"""Wrong input is answered: every fault at once, with file, row, column, what was found and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.model import read_place

EXAMPLE = Path(__file__).parents[2] / "examples" / "northmoor"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "place"
    shutil.copytree(EXAMPLE, copy)
    return copy


def faults_of(folder: Path) -> Faults:
    with pytest.raises(FaultsFound) as caught:
        read_place(folder)
    return caught.value.faults


def faults_or_none(folder: Path) -> Faults:
    """The faults of a place; none when it reads, and then it projects and can be shown as well."""
    try:
        read_place(folder).project().document()
    except FaultsFound as found:
        return found.faults
    return Faults()


def only(folder: Path) -> Fault:
    faults = faults_of(folder)
    assert faults.total == 1, str(faults.listed)
    return faults.listed[0]


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text, f"{old} is not in {file}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def append(folder: Path, file: str, *lines: str) -> None:
    with (folder / file).open("a", encoding="utf-8") as out:
        out.write("".join(line + "\n" for line in lines))


S = "a test,assumed"
RULES: list[tuple[str, Callable[[Path], object], str, str, str | None, str]] = [
    # name, what is done, kind, file, column, words that the answer holds
    ("missing file", lambda f: (f / "services.csv").unlink(), "missing file", "services.csv", None, "leftshift new"),
    ("missing heading", lambda f: (f / "place.toml").unlink(), "missing file", "place.toml", None, "base_year"),
    ("unknown organisation", lambda f: change(f, "contracts.csv", "C01,NM1,RN1", "C01,NM1,RN9"), "unknown organisation", "contracts.csv", "payee", "RN9"),
    ("duplicate key", lambda f: append(f, "contracts.csv", f"C01,NM1,RN3,acute,5,2024/25,yes,{S}"), "duplicate key", "contracts.csv", "contract", "row 2"),
    ("year outside the plan", lambda f: change(f, "stated_effects.csv", "2027/28,-600", "2031/32,-600"), "year outside the plan", "stated_effects.csv", "year", "2024/25 to 2027/28"),
    ("text in a number", lambda f: change(f, "contracts.csv", "60000", "about sixty"), "text in a number", "contracts.csv", "value", "about sixty"),
    ("percentage as a share", lambda f: change(f, "assumptions.csv", "all,inflation,,3%", "all,inflation,,0.04"), "percentage in doubt", "assumptions.csv", "percent", "Write 4%"),
    ("share as a percentage", lambda f: change(f, "perimeters.csv", "NHS,NM1,100%", "NHS,NM1,100"), "percentage in doubt", "perimeters.csv", "share", "100%"),
    ("contract with itself", lambda f: change(f, "contracts.csv", "C11,RN1,RN2", "C11,RN1,RN1"), "contract with itself", "contracts.csv", "payee", "RN1"),
    ("figure defined from itself", lambda f: change(f, "derivations.csv", "inflation + provider_efficiency", "tariff_deflator + 1"), "defined from itself", "derivations.csv", "formula", "tariff_deflator"),
    ("assumption that follows itself", lambda f: change(f, "assumptions.csv", "outside,demographic_growth,,,NM1", "outside,demographic_growth,,,outside"), "defined from itself", "assumptions.csv", "follows", "outside"),
    ("allocation to a provider", lambda f: change(f, "lines.csv", "L01,NM1,allocation", "L01,RN1,allocation"), "allocation not allowed", "lines.csv", "organisation", "receives no allocation"),
    ("effects that do not balance", lambda f: change(f, "stated_effects.csv", "E06000999,2027/28,600", "E06000999,2027/28,590"), "effects do not balance", "stated_effects.csv", "amount", "-10"),
    ("one side of a pair", lambda f: change(f, "stated_effects.csv", "pooled_fund_growth,E06000999,2027/28,600,NM1,E06000999,\"Invented for the tutorial\",assumed\n", ""), "effects do not balance", "stated_effects.csv", "organisation", "E06000999"),
    ("assumption that nothing uses", lambda f: append(f, "assumptions.csv", f"all,sunshine,,4%,,{S}"), "nothing uses it", "assumptions.csv", "assumption", "sunshine"),
    ("assumption for the base year", lambda f: append(f, "assumptions.csv", f"NM1,demographic_growth,2024/25,4%,,{S}"), "nothing uses it", "assumptions.csv", "assumption", "demographic_growth"),
    ("intervention without effect", lambda f: append(f, "interventions.csv", f"nothing_yet,Nothing,cip,plan,,0,,yes,100%,gross,{S}"), "nothing uses it", "interventions.csv", "intervention", "nothing_yet"),
    ("intervention after the plan", lambda f: change(f, "interventions.csv", "plan,2026-04", "plan,2028-04"), "year outside the plan", "interventions.csv", "start", "2027/28"),
    ("Excel's number for a code", lambda f: change(f, "organisations.csv", "RN3,", "3.00E+02,"), "code not understood", "organisations.csv", "code", "spreadsheet"),
    ("Excel's date for a year", lambda f: change(f, "stated_effects.csv", "2025/26", "Jan-26"), "year not understood", "stated_effects.csv", "year", "spreadsheet"),
    ("halves of a year", lambda f: change(f, "stated_effects.csv", "2025/26", "2025/27"), "year not understood", "stated_effects.csv", "year", "do not follow"),
    ("unknown column", lambda f: change(f, "contracts.csv", "payee", "payeee"), "unknown column", "contracts.csv", "payeee", "payee"),
    ("unknown file", lambda f: (f / "contract.csv").write_text("a,b\n"), "unknown file", "contract.csv", None, "contracts.csv"),
    ("not one of the choices", lambda f: change(f, "lines.csv", "L04,NM1,cost", "L04,NM1,costs"), "not one of the choices", "lines.csv", "type", "cost"),
    ("setting", lambda f: change(f, "settings.csv", "growth,added", "growth,add"), "not one of the choices", "settings.csv", "value", "added"),
    (
        "setting that names no assumption",
        lambda f: change(f, "settings.csv", "cost_price,net_inflation", "cost_price,net_inflatoin"),
        "unknown assumption",
        "settings.csv",
        "value",
        "net_inflation",
    ),
    (
        "setting that is no percentage",
        lambda f: change(f, "settings.csv", "non_recurrent_spend,1%", "non_recurrent_spend,NM1"),
        "not one of the choices",
        "settings.csv",
        "value",
        "1%",
    ),
    ("unknown perimeter", lambda f: change(f, "place.toml", '"NHS"', '"NHs"'), "unknown perimeter", "place.toml", "perimeter", "NHS"),
    ("missing assumption", lambda f: change(f, "services.csv", "mental_health,Mental health services,core,demographic_growth,", "mental_health,Mental health services,core,demografic_growth,"), "missing assumption", "assumptions.csv", "assumption", "demographic_growth"),
    ("formula", lambda f: change(f, "derivations.csv", "inflation + provider_efficiency", "inflation ** 9"), "formula not understood", "derivations.csv", "formula", "+ - * /"),
    ("line that is no cost", lambda f: change(f, "effects.csv", "cip,,L09", "cip,,L08"), "line is no cost", "effects.csv", "line", "L08"),
    ("rule without its contract", lambda f: change(f, "effects.csv", "length_of_stay,C01", "length_of_stay,"), "missing value", "effects.csv", "contract", "length_of_stay"),
    ("net with an investment", lambda f: change(f, "interventions.csv", "crisis_team,Mental health crisis team,investment,plan,2025-04,0,,yes,100%,gross", "crisis_team,Mental health crisis team,investment,plan,2025-04,0,,yes,100%,net"), "counted twice", "interventions.csv", "stated", "gross"),
    ("too many cells", lambda f: append(f, "steps.csv", f"more,Name, with comma,5,{S}"), "too many cells", "steps.csv", None, "quotes"),
    ("negative value", lambda f: change(f, "contracts.csv", "60000", "-60000"), "value out of range", "contracts.csv", "value", "0 or more"),
    ("not a number", lambda f: change(f, "contracts.csv", "60000", "nan"), "text in a number", "contracts.csv", "value", "number"),
    ("form without its parameters", lambda f: append(f, "forms.csv", f"late,cap_and_collar,,2%,,,,,,,{S}"), "missing value", "forms.csv", "marginal_rate", "cap_and_collar"),
    ("form without its collar", lambda f: append(f, "forms.csv", f"late,cap_and_collar,,2%,,20%,,,,,{S}"), "missing value", "forms.csv", "collar", "cap_and_collar"),
    ("parameter of another form", lambda f: append(f, "forms.csv", f"late,block,,,,20%,,,,,{S}"), "nothing uses it", "forms.csv", "marginal_rate", "block"),
    ("form that is not there", lambda f: change(f, "contracts.csv", "C01,NM1,RN1,acute,60000,2024/25,yes,\"Invented for the tutorial\",assumed,tariff", "C01,NM1,RN1,acute,60000,2024/25,yes,\"Invented for the tutorial\",assumed,blendid"), "unknown form", "contracts.csv", "form", "blended"),
    ("form under a taken name", lambda f: append(f, "forms.csv", f"block,tariff,,,,,,,,,{S}"), "name already taken", "forms.csv", "form", "block"),
    ("form whose outcome is not there", lambda f: change(f, "forms.csv", "outcomes_achieved", "outcome_achieved"), "unknown assumption", "forms.csv", "outcome", "outcomes_achieved"),
    ("a superscript for a month", lambda f: change(f, "profiles.csv", "in_year_steps,7", "in_year_steps,²"), "year not understood", "profiles.csv", "period", "2016/17"),
    ("infinite", lambda f: change(f, "contracts.csv", "60000", "1e999"), "value out of range", "contracts.csv", "value", "size"),
    ("verification of a table that is not there", lambda f: change(f, "verifications.csv", "table,contracts", "table,contract"), "unknown table", "verifications.csv", "item", "Did you mean contracts?"),
    ("verification of a table of assurance", lambda f: change(f, "verifications.csv", "table,contracts", "table,limits"), "unknown table", "verifications.csv", "item", "table of the place"),
    ("verification of a check that is not there", lambda f: change(f, "verifications.csv", "table,contracts", "check,Every payment has two side"), "unknown check", "verifications.csv", "item", "Every payment has two sides?"),
    ("verification with an item that nothing uses", lambda f: change(f, "verifications.csv", "results,,", "results,contracts,"), "nothing uses it", "verifications.csv", "item", "empty cell"),
    ("verification of nothing", lambda f: change(f, "verifications.csv", "table,contracts", "table,"), "missing value", "verifications.csv", "item", "which table"),
    ("digest that a spreadsheet made a number of", lambda f: change(f, "verifications.csv", "table,contracts,", "table,contracts,5.5E+11 was "), "digest not understood", "verifications.csv", "digest", "leftshift qa prints"),
    ("verification without its digest", lambda f: append(f, "verifications.csv", f"V99,tie_out,,,assurer,\"Head of internal audit, Northmoor Council\",2026-02-12,Read,confirmed,,{S}"), "missing value", "verifications.csv", "digest", "which content was seen"),
    ("verification in a role that nobody holds", lambda f: change(f, "assurance_roles.csv", "assurer,", "analyst,"), "unknown assurance role", "verifications.csv", "role", "assurance_roles.csv"),
    ("verification by somebody without the role", lambda f: change(f, "verifications.csv", "assurer,\"Head of internal audit", "assurer,\"Head of internal audits"), "unknown holder", "verifications.csv", "holder", "Did you mean Head of internal audit, Northmoor Council?"),
    ("remarks that are not made", lambda f: change(f, "verifications.csv", "confirmed,,", "confirmed_with_remarks,,"), "missing value", "verifications.csv", "remarks", "confirmed_with_remarks"),
    ("fitness that an analyst says", lambda f: change(f, "verifications.csv", "results,,", "purpose,Anything,"), "not one of the choices", "verifications.csv", "role", "only who answers for a plan"),
    ("limit that an analyst accepts", lambda f: change(f, "limits.csv", ",approver,\"Director of finance, Northmoor East Commissioning Board\"", ",analyst,\"Planning analyst, Northmoor East Commissioning Board\""), "not one of the choices", "limits.csv", "accepted_by", "commissioner_of_analysis or approver"),
    ("limit accepted by nobody named", lambda f: change(f, "limits.csv", ",approver,\"Director of finance, Northmoor East Commissioning Board\"", ",approver,"), "missing value", "limits.csv", "holder", "who accepted"),
    ("limit accepted on no day", lambda f: change(f, "limits.csv", ",2026-02-20,", ",,"), "missing value", "limits.csv", "accepted_on", "day"),
    ("limit to be reviewed before it was accepted", lambda f: change(f, "limits.csv", ",2026-02-20,,", ",2026-02-20,2026-02-19,"), "dates do not follow", "limits.csv", "review_by", "2026-02-20"),
    ("acceptance without a role", lambda f: change(f, "limits.csv", ",approver,", ",,"), "nothing uses it", "limits.csv", "holder", "which role accepts"),
    ("accepted limit without its digest", lambda f: append(f, "limits.csv", f"late,A,B,C,tie_out,,,approver,\"Director of finance, Northmoor East Commissioning Board\",2026-02-20,,{S}"), "missing value", "limits.csv", "digest", "leftshift qa prints"),
    ("limit with a digest of nothing", lambda f: append(f, "limits.csv", f"late,A,B,C,,,0123456789ab,,,,,{S}"), "nothing uses it", "limits.csv", "digest", "kind"),
    ("limit about a purpose", lambda f: append(f, "limits.csv", f"late,A,B,C,purpose,Budgets,,,,,,{S}"), "not one of the choices", "limits.csv", "kind", "tie_out"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("do", "kind", "file", "column", "words"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES]
)
def test_each_slip_is_answered(
    folder: Path, do: Callable[[Path], object], kind: str, file: str, column: str | None, words: str
) -> None:
    do(folder)

    faults = faults_of(folder)

    matching = [fault for fault in faults if (fault.kind, fault.file, fault.column) == (kind, file, column)]
    assert matching, [str(fault) for fault in faults]
    assert words in str(matching[0])


def test_payments_both_ways_between_two_bodies_are_valid(folder: Path) -> None:
    append(folder, "contracts.csv", f"C12,RN2,RN1,acute,100,2024/25,yes,{S}")

    assert read_place(folder).project().gap("2025/26")


def test_4_and_4_percent_are_the_same(folder: Path) -> None:
    with_sign = read_place(folder).project().gap("2027/28")
    change(folder, "assumptions.csv", "all,inflation,,3%", "all,inflation,,3")

    assert read_place(folder).project().gap("2027/28") == with_sign


def test_a_truly_small_percentage_is_written_with_its_sign(folder: Path) -> None:
    change(folder, "assumptions.csv", "all,inflation,,3%", "all,inflation,,0.04%")

    rows = {row.assumption: row.percent for row in read_place(folder).place.assumptions}
    assert rows["inflation"] == 0.0004


def test_an_empty_folder_is_no_place(tmp_path: Path) -> None:
    assert {fault.kind for fault in faults_of(tmp_path)} == {"missing file"}


def test_no_folder_is_no_place(tmp_path: Path) -> None:
    assert only(tmp_path / "nowhere").kind == "missing file"


def test_an_empty_place_is_answered(folder: Path) -> None:
    for name in (
        "organisations",
        "perimeters",
        "contracts",
        "lines",
        "interventions",
        "effects",
        "stated_effects",
        "assumptions",
        "derivations",
        "services",
        "steps",
        "profiles",
    ):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n")

    assert "empty place" in faults_of(folder).counts_by_kind


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_wrong_encoding_is_answered(folder: Path, encoding: str) -> None:
    path = folder / "organisations.csv"
    path.write_text(path.read_text("utf-8").replace("Northmoor Minds", "Nörthmoor Minds"), encoding)

    fault = only(folder)

    assert (fault.kind, fault.file) == ("wrong encoding", "organisations.csv")
    assert "CSV UTF-8" in fault.action


def test_a_byte_order_mark_is_no_fault(folder: Path) -> None:
    path = folder / "organisations.csv"
    path.write_text(path.read_text("utf-8"), "utf-8-sig")

    assert read_place(folder).place.name == "Northmoor"


def test_semicolons_are_answered_once(folder: Path) -> None:
    path = folder / "contracts.csv"
    path.write_text(path.read_text("utf-8").replace(",", ";"), "utf-8")

    kinds = faults_of(folder).counts_by_kind
    assert kinds["file not understood"] == 1


def test_all_faults_come_at_once(folder: Path) -> None:
    change(folder, "contracts.csv", "60000", "lots")
    change(folder, "assumptions.csv", "all,inflation,,3%", "all,inflation,,0.03")
    change(folder, "lines.csv", "L03,E06000999,allocation", "L03,RN1,allocation")
    append(folder, "perimeters.csv", f"NHS,RN7,100%,{S}")

    kinds = faults_of(folder).counts_by_kind

    assert {
        "text in a number",
        "percentage in doubt",
        "allocation not allowed",
        "unknown organisation",
    } <= set(kinds)


def test_a_row_with_two_slips_has_both_answered(folder: Path) -> None:
    change(folder, "contracts.csv", "C01,NM1,RN1,acute,60000", "C01,NM1,RN9,acute,lots")

    assert set(faults_of(folder).counts_by_kind) == {"text in a number", "unknown organisation"}


def test_one_slip_is_not_answered_with_faults_that_follow_from_it(folder: Path) -> None:
    change(folder, "contracts.csv", "60000", "lots")  # refuses C01, which three effects name

    assert only(folder).kind == "text in a number"


def test_a_suggestion_names_the_nearest(folder: Path) -> None:
    change(folder, "contracts.csv", "C03,NM1,RN2,community", "C03,NM1,RN2,comunity")

    assert only(folder).suggestion == "community"


def test_the_first_thousand_faults_are_listed_and_the_rest_counted(folder: Path) -> None:
    append(
        folder, "contracts.csv", *(f"X{number},NM1,RN1,acute,much,2024/25,yes,{S}" for number in range(5000))
    )

    faults = faults_of(folder)

    assert len(faults.listed) == 1000
    assert faults.total == 5000
    assert faults.counts_by_kind == {"text in a number": 5000}


def test_a_file_past_the_limit_is_refused_without_reading_it(folder: Path) -> None:
    with (folder / "contracts.csv").open("r+b") as file:
        file.truncate(300_000_000)  # sparse: takes no room

    fault = next(fault for fault in faults_of(folder) if fault.file == "contracts.csv")

    assert fault.kind == "file too large"
    assert fault.found == "300 MB"


def test_a_folder_in_place_of_a_table_is_answered(folder: Path) -> None:
    (folder / "lines.csv").unlink()
    (folder / "lines.csv").mkdir()

    assert only(folder).kind == "file cannot be read"


def test_a_quote_that_never_closes_is_answered_once(folder: Path) -> None:
    change(folder, "organisations.csv", "Northmoor East", '"Northmoor East')

    assert only(folder).kind == "file not understood"


def test_a_line_without_end_is_refused(folder: Path) -> None:
    append(folder, "contracts.csv", "x" * 2_000_000)

    assert "file not understood" in faults_of(folder).counts_by_kind


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            "contracts.csv",
            "organisations.csv",
            "assumptions.csv",
            "published.csv",
            "place.toml",
            "profiles.csv",
        ]
    ),
)
def test_any_bytes_are_answered_and_never_suffered(content: bytes, file: str) -> None:

    with TemporaryDirectory() as scratch:
        folder = Path(scratch, "place")
        shutil.copytree(EXAMPLE, folder)
        path = folder / file
        path.write_bytes(path.read_bytes() + content)
        faults = faults_or_none(folder)
    assert all(fault.file and fault.expected and fault.action for fault in faults)


cells = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "4%",
        "1e400",
        "NM1",
        "outside",
        "all",
        "unattributed",
        "2025/26",
        "yes",
        "acute",
        "C01",
        "L09",
        "cip",
        "£1,000",
        "#",
        "\u2212",
        "nan",
        "=1+1",
        "RN1",
        "plan",
    ]
)


@given(st.data())
def test_any_cell_in_any_row_is_answered_and_never_suffered(data: st.DataObject) -> None:

    with TemporaryDirectory() as scratch:
        folder = Path(scratch, "place")
        shutil.copytree(EXAMPLE, folder)
        path = data.draw(st.sampled_from(sorted(folder.glob("*.csv"))))
        lines = [line.split(",") for line in path.read_text("utf-8").splitlines()]
        for _ in range(data.draw(st.integers(1, 3))):
            row = data.draw(st.integers(0, len(lines) - 1))
            lines[row][data.draw(st.integers(0, len(lines[row]) - 1))] = data.draw(cells)
        path.write_text("\n".join(",".join(line) for line in lines) + "\n", "utf-8")
        faults = faults_or_none(folder)
    assert all(fault.file and fault.expected and fault.action for fault in faults)
