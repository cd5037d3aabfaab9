"""Figures of measures are loaded from files of many layouts, word for word what they say, and never a nought that nobody counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.periods import Period, PeriodNotUnderstood
from leftshift.measures.loading.choices import Choices, with_map
from leftshift.measures.loading.dating import period_of
from leftshift.measures.loading.layouts import folded, layouts
from leftshift.measures.loading.loading import load, load_text
from leftshift.measures.loading.reading_cells import Mark, number_of, rounded
from leftshift.place.cells import CellRefused
from leftshift.workbooks.grids import source_of
from tests.library.loading_places import APRIL, base_place, figures, kinds, loaded, workbook


# ---------------------------------------------------------------------- tidy
def test_tidy_takes_any_columns_in_any_order_and_spelling() -> None:
    found = loaded("Denominator,PERIOD, Numerator ,O f,Measure\n200,2024-05,180,hillside,four_hours\n")

    assert not found.faults
    assert found.layout == "tidy"
    assert figures(found) == [("four_hours", "hillside", "2024-05", 180.0, 200.0, None, 0)]
    assert (found.rows[0].source, found.rows[0].basis) == ("tidy, f.csv", "published")
    assert (found.rows[0].origin.file, found.rows[0].origin.row) == ("f.csv", 2)


def test_what_a_tidy_row_says_of_itself_holds_before_what_was_chosen() -> None:
    text = (
        "measure,of,period,numerator,source,basis,provisional,released\n"
        "visits,dale,2024-05,3,ward book,estimate,yes,2024-06-30\nvisits,dale,2024-06,4,,,,\n"
    )
    first, second = loaded(text, source="the file", basis="derived", released=date(2024, 7, 1)).rows

    assert (first.source, first.basis, first.provisional, first.released) == (
        "ward book",
        "estimate",
        True,
        date(2024, 6, 30),
    )
    assert (second.source, second.basis, second.provisional, second.released) == (
        "the file",
        "derived",
        False,
        date(2024, 7, 1),
    )


def test_a_table_without_measure_or_body_takes_those_that_are_chosen() -> None:
    found = loaded("period,numerator\n2024-05,3\nMay 2025,4\n", measure="visits", of="dale")

    assert figures(found) == [
        ("visits", "dale", "2024-05", 3.0, None, None, 0),
        ("visits", "dale", "2025-05", 4.0, None, None, 0),
    ]


# ---------------------------------------------------------------------- wide
def test_wide_has_a_column_a_period_and_blank_is_no_figure() -> None:
    found = loaded("of,2024-05,Jun 2024,01/07/2024,Aug-24\nhillside,95.5%,,96,*\n", measure="four_hours")

    assert not found.faults
    assert figures(found) == [
        ("four_hours", "hillside", "2024-05", None, None, 95.5, 0),
        ("four_hours", "hillside", "2024-07", None, None, 96.0, 0),
    ]
    assert found.left_out == {"no figure: * (suppressed)": 1}
    assert any("taken as the month" in words for words in found.said)


def test_wide_holds_numerators_with_one_denominator_a_row_where_that_is_said() -> None:
    found = loaded("measure,of,denominator,2023/24,2024/25\nfalls,dale,2000,20,31\n", holds="numerator")

    assert figures(found) == [
        ("falls", "dale", "2023/24", 20.0, 2000.0, None, 0),
        ("falls", "dale", "2024/25", 31.0, 2000.0, None, 0),
    ]


# ---------------------------------------------------------------------- Fingertips
FINGERTIPS = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,"
    "Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,"
    "Value note,Recent Trend,Compared to England value or percentiles,Compared to percentiles,Time period Sortable,New data,"
    "Compared to goal,Time period range\n"
)


def _line(code: str, area: str, period: str, value: str, *, sex: str = "Persons", category: str = "") -> str:
    kind = "Deciles" if category else ""
    return (
        f"{code},Falls,E92000001,England,{area},Place {area},UA,{sex},65+ yrs,{kind},{category},{period},{value},1.5,2.5,1,3,"
        f",,Cannot be calculated,Similar,Similar,20150000,,,1y\n"
    )


def test_fingertips_takes_persons_of_the_whole_area_and_says_what_it_left_out() -> None:
    text = FINGERTIPS + "".join(
        [
            _line("901", "E06999999", "2015/16", "2.123456789012"),
            _line(
                "901", "E06999999", "2015/16", "2.123456789012"
            ),  # the site gives an area once for each parent
            _line("901", "E06999999", "2015/16", "9", sex="Male"),
            _line("901", "E06999999", "2015/16", "8", category="Most deprived"),
            _line("901", "E06000002", "2015/16", "7"),
            _line("902", "E06999999", "2015/16", "6"),
            _line("901", "E06999999", "2016/17", ""),
        ]
    )
    found = loaded(text, measures={"901": "falls"})

    assert not found.faults
    assert found.layout == "fingertips"
    assert figures(found) == [("falls", "E06999999", "2015/16", None, None, 2.123457, 0)]
    assert (found.rows[0].lower, found.rows[0].upper) == (Decimal("1.5"), Decimal("2.5"))
    assert found.left_out == {
        "Sex is Male": 1,
        "Category Type is Deciles": 1,
        "of bodies that the place has not (E06000002 Place E06000002)": 1,
        "of measures that the place has not (902 Falls)": 1,
        "no figure: Cannot be calculated": 1,
    }
    assert "rows with a figure that their file has already, taken once: 1" in found.said


def test_another_sex_is_taken_where_it_is_chosen() -> None:
    text = (
        FINGERTIPS
        + _line("901", "E06999999", "2015/16", "9", sex="Male")
        + _line("901", "E06999999", "2015/16", "2")
    )

    found = loaded(text, measures={"901": "falls"}, only={"Sex": frozenset({"male"})})

    assert figures(found) == [("falls", "E06999999", "2015/16", None, None, 9.0, 0)]
    assert found.left_out == {"Sex is Persons": 1}


def test_ages_that_stand_beside_each_other_are_a_fault_that_says_how_to_choose() -> None:
    text = FINGERTIPS + _line("901", "E06999999", "2015/16", "2") + _line("901", "E06999999", "2015/16", "3")

    found = loaded(text, measures={"901": "falls"})

    (fault,) = found.faults
    assert (fault.kind, fault.row) == ("observed twice", 3)
    assert "--only" in fault.action


def test_names_of_the_r_package_are_the_same_columns() -> None:
    text = "IndicatorID,IndicatorName,AreaCode,AreaName,Sex,Timeperiod,Value,LowerCI95.0limit,UpperCI95.0limit\n901,X,E06999999,Y,Persons,2013 - 15,2,1,3\n"

    found = loaded(text, measure="falls")

    assert [str(row.period) for row in found.rows] == ["2013-2015"]
    assert found.rows[0].upper == 3


def test_a_file_with_nothing_of_the_place_is_refused_with_what_may_be_meant() -> None:
    found = loaded(FINGERTIPS + _line("901", "E1", "2015/16", "2").replace("Place E1", "Hillside"))

    assert [(fault.kind, fault.suggestion) for fault in found.faults] == [
        ("unknown measure", "falls"),
        ("unknown body", "hillside"),
    ]


def test_metadata_become_measures_and_what_is_not_understood_is_told() -> None:
    head = "Indicator ID,Indicator,Definition,Definition of numerator,Definition of denominator,Unit,Value type,Year type,Polarity,Frequency\n"
    text = (
        head
        + '901,Falls of old,What it is,Admissions,People,"per 100,000",Crude rate,Financial,RAG - Low is good   ,Annual\n'
        + "902,Other,What,N,D,%,Proportion,Calendar,RAG - High is good,Annual\n"
        + "903,Odd,What,N,D,%,Slope index of inequality,Calendar,RAG - Low is goood,\n"
    )
    found = loaded(text, measures={"901": "old_falls", "903": "odd"}, owner="Director of public health")

    (measure,), (definition,) = found.measures, found.definitions
    assert (measure.measure, measure.better, measure.every, measure.owner) == (
        "old_falls",
        "lower",
        "year",
        "Director of public health",
    )
    assert (definition.kind, definition.multiplier, definition.numerator) == (
        "rate",
        Decimal(100000),
        "Admissions",
    )
    assert found.left_out == {"no short name in [measures] for 902, Other": 1}
    assert [(fault.column, fault.row, fault.suggestion) for fault in found.faults] == [
        ("Polarity", 4, "RAG - Low is good"),
        ("Value type", 4, None),
    ]


# ---------------------------------------------------------------------- emergency departments
def test_departments_add_up_to_all_types_of_a_trust() -> None:
    # 2024-05: type 1 100 − 10, type 2 50 − 5: 135 of 150. In June and July a type is suppressed, so the trust has no figure, not 90 of 100.
    # In August the breaches are: 100 attendances are known, and not that all of them ended in time.
    text = (
        "period,org_code,type,attendances,breaches,admissions\n2024-05-01,R9Z,1,100,10,5\n2024-05-01,R9Z,2,50,5,1\n"
        "2024-06-01,R9Z,1,100,10,5\n2024-06-01,R9Z,2,*,5,1\n2024-05-01,RZZ,1,9,9,9\n"
        "2024-07-01,R9Z,1,*,*,5\n2024-07-01,R9Z,2,100,10,1\n2024-08-01,R9Z,1,100,*,5\n"
    )
    found = loaded(text, measures={"within_four_hours": "four_hours", "attendances": "visits"})

    assert not found.faults
    assert sorted(figures(found)) == [
        ("four_hours", "R9Z", "2024-05", 135.0, 150.0, None, 0),
        ("visits", "R9Z", "2024-05", 150.0, None, None, 0),
        ("visits", "R9Z", "2024-08", 100.0, None, None, 0),
    ]
    one = loaded(text, measure="four_hours", only={"type": frozenset({"1"})})
    assert [row[3:5] for row in figures(one)] == [(90.0, 100.0), (90.0, 100.0)]


def test_a_department_twice_is_a_fault() -> None:
    text = "period,org_code,type,attendances,breaches\n2024-05-01,R9Z,1,100,10\n2024-05-01,R9Z,1,100,10\n"

    assert kinds(loaded(text, measure="four_hours")) == ["observed twice"]


def test_the_monthly_file_of_nhs_england() -> None:
    # 100 + 20 + 30 attendances, 40 + 0 + 5 over four hours: 105 of 150 within
    text = (
        "Period,Org Code,Parent Org,Org name,A&E attendances Type 1,A&E attendances Type 2,A&E attendances Other A&E Department,"
        "A&E attendances Booked Appointments Type 1,Attendances over 4hrs Type 1,Attendances over 4hrs Type 2,"
        "Attendances over 4hrs Other Department,Patients who have waited 12+ hrs from DTA to admission\n"
        "MSitAE-APRIL-2025,R9Z,NHS ENGLAND INVENTED ,Invented trust,100,20,30,7,40,0,5,3\n"
        "TOTAL,TOTAL,TOTAL,TOTAL,900,20,30,7,40,0,5,3\n"
    )
    found = loaded(text, measures={"within_four_hours": "four_hours", "waited_12_hours": "visits"})

    assert found.layout == "nhse_ae_monthly"
    assert sorted(figures(found)) == [
        ("four_hours", "R9Z", "2025-04", 105.0, 150.0, None, 0),
        ("visits", "R9Z", "2025-04", 3.0, None, None, 0),
    ]
    assert found.left_out["Period is TOTAL"] == 1


def test_the_workbook_of_the_discharge_ready_date() -> None:
    heading = ["Summary Type", "UTLA Code", "UTLA", None, "Total Discharges for UTLA from acceptable trusts"]
    heading += ["Total bed days lost due to delayed discharge", "No delay", "21 days or more"]
    rows: list[list[Any]] = [
        ["Title:", "Timeliness"],
        ["Period:", APRIL.replace(month=5)],
        [],
        heading,
        ["National", "", "", None, 9, 9, 9, 9],
        ["UTLA Aggregate", "E06999999", "Invented council", None, 200, 310, 180, "-"],
        ["UTLA Aggregate", "#N/A", "#N/A", None, 1, 1, 1, 1],
        ["Provider activity mapped to UTLA", "E06999999", "x", None, 1, 1, 1, 1],
    ]
    content = workbook({"Cover Sheet": [["Contents"]], "UTLA Acceptable": rows, "UTLA Unacceptable": rows})
    choices = Choices(measures={"bed_days_lost": "visits", "left_without_delay": "four_hours"})

    found = load([source_of("drd.xlsx", content)], place=base_place(), choices=choices)

    assert not found.faults
    assert sorted(figures(found)) == [
        ("four_hours", "E06999999", "2024-05", 180.0, 200.0, None, 0),
        ("visits", "E06999999", "2024-05", 310.0, None, None, 0),
    ]
    assert "drd.xlsx, sheet UTLA Acceptable: the heading is in row 4" in found.said
    assert found.left_out["Summary Type is National"] == 1


# ---------------------------------------------------------------------- periods and numbers
@pytest.mark.parametrize(
    ("text", "every", "manner", "expected"),
    [
        ("2015/16", "year", "calendar", "2015/16"),
        ("2015", "year", "calendar", "2015"),
        ("2013 - 15", "year", "calendar", "2013-2015"),
        ("1999 - 01", "year", "calendar", "1999-2001"),
        ("2016/17 - 18/19", "year", "calendar", "2016/17-2018/19"),
        ("2016/17 Q1", "quarter", "calendar", "2016/17 Q1"),
        ("2017 Q1", "quarter", "calendar", "2016/17 Q4"),
        ("2019 Nov", "month", "calendar", "2019-11"),
        ("Sept 2024", "month", "plain", "2024-09"),
        ("Apr-19", "month", "plain", "2019-04"),
        ("APRIL-2025", "month", "plain", "2025-04"),
        ("2024-04-01", "month", "plain", "2024-04"),
        ("2024-04-01 00:00:00", "month", "plain", "2024-04"),
        ("01/04/2024", "month", "plain", "2024-04"),
        ("2024-07-01", "quarter", "plain", "2024/25 Q2"),
        ("2024-07-03", "week", "plain", "W2024-07-03"),
        ("2024-07-03", "day", "plain", "2024-07-03"),
    ],
)
def test_periods_in_the_spellings_of_others(text: str, every: str, manner: str, expected: str) -> None:
    assert period_of(text, every, manner)[0] == Period.parse(expected)


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("2024-04-02", "month"),
        ("04/01/2024", "month"),
        ("2024-05-01", "quarter"),
        ("2024-04-01", "year"),
        ("31/02/2024", "day"),
        ("Apr-19", "year"),
        ("soon", "month"),
    ],
)
def test_a_date_that_is_no_beginning_is_not_guessed(text: str, every: str) -> None:
    with pytest.raises(PeriodNotUnderstood):
        period_of(text, every)


@pytest.mark.parametrize("text", ["*", "-", "c", "Z", "[x]", "[low]", "<8", "< 5", "..", "n/a", ">95"])
def test_marks_are_no_numbers(text: str) -> None:
    assert isinstance(number_of("numerator", text), Mark)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234", "1234"),
        (" 12.50 ", "12.50"),
        ("-3", "-3"),
        ("(3)", "-3"),
        ("1\u00a0234", "1234"),
        ("1e3", "1000"),
    ],
)
def test_numbers_as_people_write_them(text: str, expected: str) -> None:
    assert number_of("value", text) == Decimal(expected)


@pytest.mark.parametrize(
    ("column", "text"),
    [("value", "12;5"), ("value", "95%"), ("denominator", "-1"), ("value", "#REF!"), ("value", "about 5")],
)
def test_what_is_no_number_is_refused(column: str, text: str) -> None:
    with pytest.raises(CellRefused):
        number_of(column, text)


def test_long_decimals_are_shortened_and_short_ones_stay() -> None:
    assert str(rounded(Decimal("2.00"), 6)) == "2.00"
    assert str(rounded(Decimal("2.12345678"), 6)) == "2.123457"
    assert str(rounded(Decimal("2.12345678"), None)) == "2.12345678"


# ---------------------------------------------------------------------- layouts and mappings
def test_every_layout_names_its_source_and_no_two_are_told_by_the_same_heading() -> None:
    for layout in layouts().values():
        assert layout.source
        assert layout.version
        spellings = [folded(name) for names in layout.columns.values() for name in names]
        assert len(spellings) == len(set(spellings)) or layout.name == "fingertips"
        for figure in layout.figures:
            terms = [*figure.numerator, *figure.denominator, figure.value, figure.lower, figure.upper]
            assert {term.removeprefix("-") for term in terms if term} <= set(layout.columns)


def test_a_mapping_file_says_codes_and_rows() -> None:
    from leftshift.foundation.faults import Faults

    faults = Faults()
    text = '[measures]\n"901" = "falls"\n[bodies]\n"E1" = "dale"\n[only]\nSex = ["Female", "Male"]\n'
    choices = with_map(Choices(), text, "map.toml", faults)

    assert not faults
    assert choices.measures == {"901": "falls"}
    assert choices.bodies == {"E1": "dale"}
    assert choices.only == {"Sex": frozenset({"Female", "Male"})}
    for wrong, count in (
        ("[measures", 1),
        ("[measure]\na = 'b'\n", 1),
        ("measures = 3\n", 1),
        ("[bodies]\na = 3\n", 1),
    ):
        told = Faults()
        with_map(Choices(), wrong, "map.toml", told)
        assert told.total == count, wrong


def test_a_code_of_the_mapping_that_no_file_has_is_said() -> None:
    found = loaded(
        "measure,of,period,numerator\nv,dale,2024-05,3\n", measures={"v": "visits", "901": "falls"}
    )

    assert found.new == 1
    assert found.said == ("no file has these codes of [measures] in the mapping: 901",)


def test_the_layout_may_be_named() -> None:
    found = load_text(
        "period,numerator\n2024-05,3\n",
        "tidy",
        place=base_place(),
        choices=Choices(measure="visits", of="dale"),
    )

    assert found.layout == "tidy"
    assert kinds(load_text("a,b\n", "tidi", place=base_place())) == ["unknown layout"]


# ---------------------------------------------------------------------- encodings
def test_windows_1252_is_read_and_said() -> None:
    found = loaded("measure,of,period,numerator,source\nvisits,dale,2024-05,3,Caf\xe9\n".encode("cp1252"))

    assert found.rows[0].source == "Café"
    assert any("Windows-1252" in words for words in found.said)
    with_mark = loaded(b"\xef\xbb\xbfmeasure,of,period,numerator\nvisits,dale,2024-05,3\n")
    assert (with_mark.new, with_mark.said) == (1, ())


@pytest.mark.parametrize(
    "content", [b"a;b;c\n1;2;3\n", "measure,of".encode("utf-16"), b"a,b\n\x81\x8d,\xff\n"]
)
def test_other_separators_and_encodings_are_refused_in_words(content: bytes) -> None:
    with pytest.raises(FaultsFound) as refused:
        source_of("f.csv", content)
    assert refused.value.faults.total == 1
