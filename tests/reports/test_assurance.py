"""Quality assurance: what is green, what keeps a plan from it, and that nothing is green by absence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftshift import read_place
from leftshift.foundation.faults import FaultsFound
from leftshift.model import Model
from leftshift.place.assurance import digest_of, inputs_digest, table_digest, verifiable_tables
from leftshift.place.place import Place
from leftshift.place.rows import Limit
from leftshift.reports.assurance import Quality, SignOff, assurance_report, quality_of
from leftshift.reports.assurance.assessing import RULES, MasterCheck, together
from leftshift.reports.content import texts_of
from leftshift.reports.html import html_of
from leftshift.reports.lettering import shown
from leftshift.reports.pdf import pdf_of
from tests.library.places import places
from tests.reports.places import EXAMPLES, LLR, NORTHMOOR, example, result_of, shuffled, with_hostile_words
from tests.reports.reading import parsed, squeezed, text_of_page, text_of_paper

DAY = date(2026, 12, 1)
APPROVER = "Director of finance, Northmoor East Commissioning Board"


def quality(place: Place, sign_offs: tuple[SignOff, ...] = ()) -> Quality:
    return quality_of(result_of(place), DAY, sign_offs)


def master(place: Place, sign_offs: tuple[SignOff, ...] = ()) -> MasterCheck:
    return quality(place, sign_offs).master


def opened(found: MasterCheck, rule: str) -> list[str]:
    return [entry.about for entry in found.open if entry.rule == rule]


def without(place: Place, table: str, key: str, *names: str) -> Place:
    """The place without the rows of a table whose key is named."""
    kept = tuple(row for row in place.table(table) if getattr(row, key) not in names)
    assert len(kept) < len(place.table(table))
    return place.with_tables(**{table: kept})


def changed(place: Place, table: str, at: int = 0, **values: Any) -> Place:
    """The place with some cells of one row changed."""
    rows = list(place.table(table))
    rows[at] = replace(rows[at], **values)
    return place.with_tables(**{table: tuple(rows)})


def test_northmoor_is_green_and_says_what_it_accepts() -> None:
    found = master(example(NORTHMOOR))

    assert found.is_green
    assert [entry.about for entry in found.accepted] == [
        "What the switches leave out",
        "Published figures beside modelled ones",
        "The ranges in uncertainty.csv are judgements of the planning team and no estimates from data",
    ]
    assert found.words.startswith("Green: ")


def test_llr_is_not_green_and_says_exactly_why() -> None:
    place = example(LLR)
    found = master(place)

    assert not found.is_green
    assert opened(found, "roles") == ["Analytical assurer", "Approver (senior responsible owner)"]
    assert opened(found, "checks") == ["Stated effects balance"]
    assert opened(found, "tables") == [f"{name}.csv" for name in verifiable_tables() if place.table(name)]
    assert opened(found, "tie_out") == ["Published figures beside modelled ones"]
    assert opened(found, "ranges") == ["What calibration leaves open"]
    assert opened(found, "purpose") == ["Fit for a purpose"]
    assert any("nobody has accepted it: Some published figures" in text for text in together(found.open))


def test_what_the_analyst_checked_alone_is_not_verified() -> None:
    place = example(LLR)

    assert {row.role for row in place.verifications} == {"analyst"}
    assert all(quality(place).standing.verification(row)[0] == "stands" for row in place.verifications)
    assert "assumptions.csv" in opened(master(place), "tables")


def test_a_place_that_says_nothing_is_not_green() -> None:
    bare = example(NORTHMOOR).with_tables(assurance_roles=(), verifications=(), limits=())

    found = master(bare)

    assert len(opened(found, "roles")) == 4
    assert opened(found, "independence") == ["Analytical assurer"]
    assert opened(found, "results")
    assert opened(found, "purpose")


NEEDED = [
    *(("assurance_roles", "role", role) for role in ("commissioner_of_analysis", "analyst", "assurer", "approver")),
    *(("verifications", "verification", f"V{number:02}") for number in (*range(1, 18), 19)),
    *(("limits", "limit", name) for name in ("social_care", "two_figures")),
]  # fmt: skip


@pytest.mark.parametrize(("table", "key", "name"), NEEDED, ids=[entry[2] for entry in NEEDED])
def test_every_row_that_green_rests_on_is_needed(table: str, key: str, name: str) -> None:
    assert not master(without(example(NORTHMOOR), table, key, name)).is_green


@given(st.lists(st.sampled_from(NEEDED), unique=True))
@settings(max_examples=25)
def test_green_needs_all_of_it(gone: list[tuple[str, str, str]]) -> None:
    place = example(NORTHMOOR)
    for entry in gone:
        place = without(place, *entry)

    assert master(place).is_green == (not gone)


def test_a_verification_lapses_when_its_table_changes_and_says_so() -> None:
    place = example(NORTHMOOR)
    other = changed(place, "contracts", value=60_001.0)
    found = master(other)

    assert opened(found, "tables") == ["contracts.csv"]
    words = next(entry.because for entry in found.open if entry.about == "contracts.csv")
    assert words == "The verification of 2026-02-09 has lapsed: the content changed afterwards"
    assert opened(found, "results")
    assert opened(found, "purpose")
    assert opened(found, "checks") == ["What the switches leave out"]
    row = next(row for row in other.verifications if row.item == "contracts")
    assert row.digest == table_digest(place, "contracts")
    assert row.digest in quality(other).standing.verification(row)[1]


@pytest.mark.parametrize("values", [{"value": 1.0}, {"source": "another page"}, {"basis": "published"}])
def test_a_digest_changes_with_any_cell_its_source_and_its_basis(values: dict[str, Any]) -> None:
    place = example(NORTHMOOR)
    other = changed(place, "contracts", **values)

    assert table_digest(other, "contracts") != table_digest(place, "contracts")
    assert inputs_digest(other) != inputs_digest(place)
    assert table_digest(other, "lines") == table_digest(place, "lines")


@given(places())
@settings(max_examples=20)
def test_no_order_of_rows_changes_a_digest(place: Place) -> None:
    other = shuffled(place)

    assert [table_digest(other, name) for name in verifiable_tables()] == [
        table_digest(place, name) for name in verifiable_tables()
    ]
    assert inputs_digest(other) == inputs_digest(place)


def test_who_assures_changes_no_digest_but_the_version() -> None:
    place = example(NORTHMOOR)
    other = without(place, "limits", "limit", "social_care")

    assert inputs_digest(other) == inputs_digest(place)
    assert other.fingerprint != place.fingerprint
    assert digest_of(place, "table", "contracts") == table_digest(place, "contracts")


def test_a_table_new_to_the_schema_leaves_the_version_of_places_without_it() -> None:
    bare = example(NORTHMOOR).with_tables(limits=())

    assert read_place_again(bare).fingerprint == bare.fingerprint
    assert bare.with_tables(limits=()).fingerprint == bare.fingerprint


def read_place_again(place: Place) -> Place:
    from leftshift.model import from_document

    return from_document(Model(place).document()).place


def test_who_made_the_plan_cannot_assure_it() -> None:
    place = example(NORTHMOOR)
    people = tuple(
        replace(row, holder="Head of internal audit, Northmoor Council") if row.role == "analyst" else row
        for row in place.assurance_roles
    )
    found = master(place.with_tables(assurance_roles=people))

    assert opened(found, "independence") == ["Analytical assurer"]
    assert len(opened(found, "tables")) == 19


def test_what_was_not_confirmed_is_open_whatever_is_accepted() -> None:
    place = example(NORTHMOOR)
    digest = table_digest(place, "contracts")
    at = next(at for at, row in enumerate(place.verifications) if row.item == "contracts")
    refuted = changed(place, "verifications", at, outcome="not_confirmed", remarks="Two values are wrong")
    limit = replace(place.limits[0], limit="late", kind="table", item="contracts", digest=digest)
    another = replace(place.verifications[at], verification="V99")
    both = refuted.with_tables(limits=(*place.limits, limit), verifications=(*refuted.verifications, another))

    for other in (refuted, both):
        assert together(master(other).open) == [
            "contracts.csv: Not confirmed by Head of internal audit, Northmoor Council on 2026-02-09: Two values are wrong."
        ]


def test_a_check_that_fails_is_open_whatever_is_accepted() -> None:
    place = example(NORTHMOOR)
    at = next(at for at, row in enumerate(place.effects) if row.effect == "E08")
    broken = changed(place, "effects", at, value=50_000.0)
    limit = replace(place.limits[0], limit="late", item="Interventions fit into what they change")
    accepted = broken.with_tables(
        limits=(replace(limit, digest=inputs_digest(broken)),), verifications=(), assurance_roles=()
    )

    assert "Interventions fit into what they change" in opened(master(accepted), "checks")


def test_an_acceptance_lapses_on_its_day() -> None:
    place = example(NORTHMOOR)
    at = next(at for at, row in enumerate(place.limits) if row.limit == "ranges_are_judgements")

    def on(day: date) -> MasterCheck:
        return master(changed(place, "limits", at, review_by=day))

    assert on(DAY).is_green
    assert opened(on(date(2026, 11, 30)), "limits") == [place.limits[at].statement]


def test_a_limit_that_nobody_accepted_is_open_also_about_what_is_verified() -> None:
    place = example(NORTHMOOR)
    limit = Limit(
        limit="late", statement="One contract is not in the table", consequence="x", remedy="y", kind="table",
        item="contracts", source="a test", basis="assumed",
    )  # fmt: skip

    found = master(place.with_tables(limits=(*place.limits, limit)))

    assert opened(found, "limits") == ["One contract is not in the table"]


def test_a_plan_with_nothing_published_beside_it_is_not_green() -> None:
    place = example(NORTHMOOR).with_tables(published=())

    assert opened(master(place), "tie_out") == ["Published figures beside modelled ones"]


def test_under_a_scenario_what_it_changes_has_lapsed() -> None:
    model = read_place(EXAMPLES / "northmoor")
    found = quality_of(model.scenario("higher-pay").project(), DAY).master

    assert model.place.fingerprint == example(NORTHMOOR).fingerprint
    assert "assumptions.csv" in opened(found, "tables")
    assert "contracts.csv" not in opened(found, "tables")


def signed(organisation: str, when: date, fingerprint: str, *, holds: bool = True) -> SignOff:
    return SignOff(organisation, "A. Person", "Chief officer", when, fingerprint, holds)


def test_the_latest_word_of_an_organisation_counts() -> None:
    place = example(NORTHMOOR)
    first, later = date(2026, 11, 1), date(2026, 11, 20)
    this, other = place.fingerprint, "0" * 64

    assert master(place, (signed("NM1", first, other), signed("NM1", later, this))).is_green
    assert opened(master(place, (signed("NM1", first, this), signed("NM1", later, other))), "sign_offs") == [
        "NM1"
    ]
    withdrawn = (signed("NM2", first, this), signed("NM2", later, this, holds=False))
    assert opened(master(place, (signed("NM1", first, this), *withdrawn)), "sign_offs") == ["NM2"]


def test_what_is_dated_after_the_day_is_refused_all_at_once() -> None:
    with pytest.raises(FaultsFound) as caught:
        quality_of(result_of(example(NORTHMOOR)), date(2026, 2, 10))

    faults = caught.value.faults
    assert faults.counts_by_kind == {"date in the future": 3 + 3}
    assert {fault.place for fault in faults} >= {"limits.csv, row 2, column accepted_on"}
    assert "--as-of" in str(faults.listed[0])


def test_the_parts_of_the_log_sum_to_the_closing_position() -> None:
    place = example(NORTHMOOR)
    found = quality(place)

    assert sum(entry.part or 0.0 for entry in found.log) == pytest.approx(
        found.result.perimeter_position(place.last_year), abs=1e-6
    )


def test_the_log_holds_each_value_with_its_place_its_source_and_who_verified_it() -> None:
    found = {(entry.table, entry.key): entry for entry in quality(example(NORTHMOOR)).log}

    contract, rate = found["contracts", "C01"], found["assumptions", "all, pay_inflation"]
    assert (contract.value, contract.unit, contract.where) == ("60000", "£000", "contracts.csv, row 2")
    assert (rate.value, rate.unit, rate.basis) == ("2", "%", "assumed")
    assert contract.verified == "Head of internal audit, Northmoor Council, 2026-02-09"
    assert contract.source == "Invented for the tutorial"
    default = found["settings", "calibration_range"]
    assert (default.value, default.verified, default.where) == ("10%", "", "settings.csv")
    assert found["settings", "growth"].value == "added"


def test_the_log_leaves_out_what_is_published_and_no_assumption() -> None:
    place = example(LLR)
    log = quality(place).log
    contracts = [entry for entry in log if entry.table == "contracts"]

    assert len([entry for entry in log if entry.table == "assumptions"]) == len(place.assumptions)
    assert len(contracts) == len(place.contracts)
    assert {entry.basis for entry in contracts} == {"calibrated"}
    effects = [row for row in place.stated_effects if row.basis != "published"]
    assert len([entry for entry in log if entry.table == "stated_effects"]) == len(effects)
    assert not [entry for entry in log if entry.verified]


def test_every_rule_looks_at_something_in_llr_or_northmoor() -> None:
    seen = {entry.rule for name in (LLR, NORTHMOOR) for entry in master(example(name)).findings}

    assert {rule.key for rule in RULES} - seen == {"sign_offs"}


CASES = {
    LLR: lambda: example(LLR),
    NORTHMOOR: lambda: example(NORTHMOOR),
    "says nothing": lambda: example(NORTHMOOR).with_tables(assurance_roles=(), verifications=(), limits=()),
    "hostile": lambda: hostile(),
}


def hostile() -> Place:
    """Northmoor, with words in its tables of assurance that could break a page."""
    from tests.reports.places import HOSTILE

    place = with_hostile_words(example(NORTHMOOR))
    return place.with_tables(
        limits=tuple(
            replace(row, statement=HOSTILE, consequence=HOSTILE, remedy=HOSTILE) for row in place.limits
        ),
        verifications=tuple(replace(row, method=HOSTILE, remarks=HOSTILE) for row in place.verifications),
    )


@pytest.mark.parametrize("case", CASES)
def test_every_text_is_in_the_page_and_in_the_pdf(case: str) -> None:
    place = CASES[case]()
    report = assurance_report(quality(place, (signed("NM1", DAY, place.fingerprint),)))
    page, paper = html_of(report), pdf_of(report)
    parsed(page)
    on_page, on_paper = text_of_page(page), text_of_paper(paper)

    assert [text for text in texts_of(report) if squeezed(text) not in on_page] == []
    assert [text for text in texts_of(report) if squeezed(shown(text)) not in on_paper] == []


def test_the_command_line_s_document_says_that_no_sign_off_was_looked_at() -> None:
    said = " ".join(texts_of(assurance_report(quality(example(NORTHMOOR)))))

    assert "No sign-off was given to this document" in said


@given(places())
@settings(max_examples=8)
def test_any_place_can_be_assured_and_none_is_green_by_itself(place: Place) -> None:
    found = quality(place)

    assert not found.master.is_green
    assert html_of(assurance_report(found))
    assert {entry["table"] for entry in found.tables()["digests"]} == {
        name for name in verifiable_tables() if place.table(name)
    }


def test_the_guide_tells_every_rule() -> None:
    guide = (EXAMPLES.parent / "docs" / "guide" / "quality-assurance.md").read_text("utf-8")

    assert [rule.sentence for rule in RULES if f"| {rule.sentence} |" not in guide] == []
    assert str(len(master(example(LLR)).findings)) in guide


def test_a_table_that_a_place_does_not_have_lapses_no_verification() -> None:
    place = example(NORTHMOOR)

    assert (
        inputs_digest(place.with_tables(resources=())) == "c9da04f0f815"
    )  # as before the table was thought of
    assert inputs_digest(place.with_tables(resources=place.resources[1:])) != inputs_digest(place)
