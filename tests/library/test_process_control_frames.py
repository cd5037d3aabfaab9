"""Process control of frames: calendars, order, rebases, directions, and every fault by its row."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.periods import Period
from leftshift.measures.process_control import frames
from leftshift.measures.process_control.frames import spc

MONTHS = [str(Period.parse("2014-04").plus(at)) for at in range(26)]
STEADY = [10.0, 12.0] * 13


def frame(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame({"period": MONTHS, "value": STEADY, **columns})


def faults(found: pl.DataFrame, **more: Any) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(FaultsFound) as stopped:
        spc(found, **more)
    return [(fault.kind, fault.row, fault.column) for fault in stopped.value.faults]


def test_points_and_summary_of_one_series() -> None:
    """Mean 11, moving range 2: limits 11 ± 5.32."""
    found = spc(frame(target=5.0), better="higher")

    row = found.summary.row(0, named=True)
    assert (row["series"], row["period"], row["value"]) == ("series", "2016-05", 12.0)
    assert (row["mean"], row["lower"], row["upper"]) == pytest.approx((11, 5.68, 16.32), abs=1e-12)
    assert (row["variation"], row["assurance"], row["rules"]) == (
        "common cause",
        "passes",
        "making_data_count",
    )
    assert found.points["period"].to_list() == MONTHS
    assert found.points["rule"].unique().to_list() == ["none"]


def test_rows_may_come_in_any_order_and_series_keep_theirs() -> None:
    two = pl.concat([frame(series="B"), frame(series="A").with_columns(pl.col("value") * 2)])

    sorted_, shuffled = spc(two), spc(two.sample(fraction=1.0, shuffle=True, seed=1))

    assert sorted_.names == ("B", "A")
    assert (
        sorted_.summary.sort("series")
        .drop("warnings")
        .equals(shuffled.summary.sort("series").drop("warnings"))
    )


def test_a_month_that_is_not_there_is_a_gap_by_name() -> None:
    found = spc(frame().filter(pl.col("period") != "2015-01"))

    assert found.points.filter(pl.col("period") == "2015-01")["value"].to_list() == [None]
    assert "no value for 2015-01" in found.summary["warnings"][0]


def test_a_value_left_out_is_the_same_gap() -> None:
    absent = spc(frame().filter(pl.col("period") != "2015-01"))
    empty = spc(frame().with_columns(pl.when(pl.col("period") != "2015-01").then("value").alias("value")))
    text = spc(
        frame(
            value=[
                f" {value} " if month != "2015-01" else ""
                for month, value in zip(MONTHS, STEADY, strict=True)
            ]
        )
    )

    assert absent.points.drop("provisional").equals(empty.points.drop("provisional"))
    assert text.points.equals(empty.points)


@pytest.mark.parametrize(
    ("texts", "missing"),
    [
        (["2016/17 Q1", "2016/17 Q2", "2016/17 Q4"], ["2016/17 Q3"]),
        (["2014/15", "2016/17"], ["2015/16"]),
        (["2014", "2016"], ["2015"]),
        (["2016-04-01", "2016-05-01", "2016-07-01"], ["2016-06"]),
        (["2016-04-04", "2016-04-11", "2016-04-25"], ["W2016-04-18"]),
        (["W2016-04-04", "W2016-04-18"], ["W2016-04-11"]),
        (["2016-04-04", "2016-04-05", "2016-04-07"], ["2016-04-06"]),
        ([date(2016, 4, 1), date(2016, 6, 1)], ["2016-05"]),
    ],
)
def test_every_kind_of_period_has_its_calendar(texts: list[Any], missing: list[str]) -> None:
    found = spc(pl.DataFrame({"period": texts, "value": [1.0] * len(texts)}))

    assert found.points.filter(pl.col("value").is_null())["period"].to_list() == missing


def test_months_and_quarters_are_tested_for_a_season() -> None:
    wave = [10.0 if at % 12 < 6 else 20.0 for at in range(36)]
    quarters = [str(Period.parse("2000/01 Q1").plus(at)) for at in range(36)]
    years = [str(Period.parse("1950/51").plus(at)) for at in range(36)]
    by_quarter = [10.0 if at % 4 < 2 else 20.0 for at in range(36)]
    months = [str(Period.parse("2000-04").plus(at)) for at in range(36)]

    assert "season" in spc(pl.DataFrame({"period": months, "value": wave})).summary["warnings"][0]
    assert "season" in spc(pl.DataFrame({"period": quarters, "value": by_quarter})).summary["warnings"][0]
    assert "season" not in spc(pl.DataFrame({"period": years, "value": wave})).summary["warnings"][0]


def test_a_rebase_is_kept_with_reason_and_author() -> None:
    found = spc(frame(rebase=["" if at != 13 else "A ward opened" for at in range(26)], author="an analyst"))
    series = found.series("series")

    assert [segment.first for segment in series.chart.segments] == [0, 13]
    assert [(str(each.period), each.reason, each.author) for each in series.rebases] == [
        ("2015-05", "A ward opened", "an analyst")
    ]
    assert "No reason" not in " ".join(series.warnings)


@pytest.mark.parametrize("said", ["yes", True, "TRUE", "1"])
def test_a_rebase_without_a_reason_is_warned_of(said: Any) -> None:
    no = False if said is True else ""
    found = spc(frame(rebase=[said if at == 13 else no for at in range(26)]))

    assert len(found.series("series").chart.segments) == 2
    assert "No reason or no author is given for the rebase at 2015-05" in found.summary["warnings"][0]


def test_a_rebase_at_a_period_without_a_value_moves_and_says_so() -> None:
    given = frame(rebase=["" if at != 12 else "why" for at in range(26)], author="who")
    found = spc(given.with_columns(pl.when(pl.col("period") != MONTHS[12]).then("value").alias("value")))

    assert found.series("series").rebases[0].at == 13
    assert (
        "no value at the rebase of 2015-04: the new stretch begins with the next, 2015-05"
        in (found.summary["warnings"][0])
    )


def test_a_rebase_at_the_first_value_changes_nothing_and_says_so() -> None:
    found = spc(frame(rebase=["why" if at == 0 else "" for at in range(26)], author="who"))

    assert len(found.series("series").chart.segments) == 1
    assert "changes nothing" in found.summary["warnings"][0]


def test_which_way_is_better_comes_from_the_column_then_from_the_argument() -> None:
    two = pl.concat([frame(series="A", better="Lower"), frame(series="B", better="")])

    assert spc(two, better="higher").summary["better"].to_list() == ["lower", "higher"]


def test_a_series_that_is_not_there_is_answered() -> None:
    with pytest.raises(LookupError, match="one of series"):
        spc(frame()).series("other")


def test_series_are_charted_in_blocks_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    many = pl.concat([frame(series=f"s{at}").with_columns(pl.col("value") * (at + 1)) for at in range(7)])
    whole = spc(many)
    monkeypatch.setattr(frames, "_MOST_CELLS", 60)
    parts = spc(many)

    assert len(parts.blocks) > 2
    assert parts.points.equals(whole.points)
    assert parts.summary.equals(whole.summary)


def test_marks_are_gaps_and_columns_of_others_are_left_unread_and_both_are_said() -> None:
    marks = {3: "*", 4: "[x]", 5: "-", 6: "..", 7: "n/a", 8: "*"}
    given = frame(
        value=[marks.get(at, str(value)) for at, value in enumerate(STEADY)], ward="A", measure="Waits"
    )

    found = spc(given)

    assert found.points["value"].is_null().to_list() == [at in marks for at in range(26)]
    assert found.said == (
        "Columns not read: 'ward', 'measure'.",
        "value says * (suppressed) in 2 rows: no figure, and not nought.",
        "value says [x] (not available) in 1 row: no figure, and not nought.",
        "value says - (not shown) in 1 row: no figure, and not nought.",
        "value says .. (not available) in 1 row: no figure, and not nought.",
        "value says n/a (not available) in 1 row: no figure, and not nought.",
    )


def test_a_series_without_a_name_is_called_so_in_sentences() -> None:
    found = spc(frame())

    assert found.series("series").sentence().startswith("The series was 12")
    assert found.series("series").sentence(name="Waits").startswith("Waits was 12")
    with pytest.raises(FaultsFound, match="each period once in the series; row 1 has it"):
        spc(frame(period=[MONTHS[0], *MONTHS[:25]]))


# ---------------------------------------------------------------------- wrong
def told(given: pl.DataFrame) -> list[tuple[int | None, str, str | None]]:
    with pytest.raises(FaultsFound) as stopped:
        spc(given)
    assert stopped.value.faults.total == len(stopped.value.faults.listed)
    return [(fault.row, fault.found, fault.suggestion) for fault in stopped.value.faults]


def test_one_slip_of_many_rows_is_told_once_with_what_is_meant() -> None:
    """24 months written as days, one day in the middle of a month, one that is none, and one of another sort."""
    dates = [f"01/{month[5:]}/{month[:4]}" for month in MONTHS]

    assert told(frame(period=dates)) == [(1, "'01/04/2014' and the like in 25 more rows", "2014-04")]
    assert told(frame(period=["15.4.2014", *dates[1:24], "31/02/2014", "Spring"])) == [
        (1, "'15.4.2014'", "2014-04-15"),
        (2, "'01/05/2014' and the like in 23 more rows", "2014-05"),
        (26, "'Spring'", None),
    ]
    assert told(frame(value=["1", *["£5"] * 2, "ten", *["6"] * 22])) == [
        (2, "'£5' and the like in 1 more row", None),
        (4, "'ten'", None),
    ]


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_another_separator_is_one_fault(sign: str) -> None:
    assert faults(pl.DataFrame({f"period{sign}value": ["2014-04;1"] * 3})) == [
        ("file not understood", None, None)
    ]


def test_every_fault_is_found_at_once() -> None:
    given = frame(target="").with_columns(
        pl.when(pl.col("period") == MONTHS[2])
        .then(pl.lit("10x1"))
        .otherwise(pl.col("value").cast(pl.String))
        .alias("value"),
        pl.when(pl.col("period") == MONTHS[3]).then(pl.lit("12%")).otherwise("target").alias("target"),
        pl.col("period").replace({MONTHS[5]: "some time", MONTHS[7]: MONTHS[6]}),
    )

    assert sorted(faults(given), key=str) == [
        ("period not understood", 6, "period"),
        ("period twice", 8, "period"),
        ("text in a number", 3, "value"),
        ("text in a number", 4, "target"),
    ]
    assert ("period twice", 108, "period") in faults(given, rows=range(101, 127), file="waits.csv")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (frame().drop("value"), ("missing column", None, "value")),
        (frame(targt=1.0), ("unknown column", None, "targt")),
        (frame().head(0), ("no rows", None, None)),
        (frame(value=[float("inf"), *STEADY[1:]]), ("number out of range", 1, "value")),
        (frame(value=["1e101", *["1"] * 25]), ("number out of range", 1, "value")),
        (frame(target=["1,000", *[""] * 25]), ("text in a number", 1, "target")),
        (frame(period=["2014/15", *MONTHS[1:]]), ("mixed periods", 2, "period")),
        (
            frame(period=["W2016-04-04", "W2016-04-12", *["W2016-04-18"] * 24]).head(3),
            ("mixed periods", 2, "period"),
        ),
        (frame(period=["1914-04-02", *["2014-04-01"] * 25]).head(2), ("too many periods", 1, "period")),
        (frame(better=["up", *[""] * 25]), ("not understood", 1, "better")),
        (frame(better=["lower", "higher", *[""] * 24]), ("contradiction", 2, "better")),
        (frame(provisional=["maybe", *[""] * 25]), ("not understood", 1, "provisional")),
        (
            frame(value=[*STEADY[:25], None], rebase=[*[""] * 25, "later"]),
            ("rebase after the latest value", 26, "rebase"),
        ),
    ],
)
def test_a_frame_that_cannot_be_read_is_refused(
    given: pl.DataFrame, wrong: tuple[str, int | None, str | None]
) -> None:
    assert faults(given) == [wrong]


def test_a_slip_in_a_column_names_the_one_that_was_meant() -> None:
    with pytest.raises(FaultsFound, match=r"Did you mean target\?"):
        spc(frame(targt=1.0))


def test_a_direction_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="Did you mean higher"):
        spc(frame(), better="highre")


_CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["2014-04", "2014-05", "2015/16", "Q1", "", "yes", "no", "1", "-2.5", "nan", "inf", "1e300", "higher"]
    ),
    st.text(max_size=6),
)


@given(
    st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(("series", "period", "value", "target", "rebase", "author", "better"), _CELLS)
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_text_gives_charts_or_faults(rows: list[dict[str, str | None]]) -> None:
    try:
        found = spc(pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String)))
    except FaultsFound:
        return
    assert found.summary.height == len(found.names)
    for column in found.points.select(pl.col(pl.Float64)).iter_columns():
        assert not column.is_nan().any()
