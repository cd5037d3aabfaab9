"""The figures of a business case as blocks of a report: tables that stand beside each picture, and a sentence for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from leftshift.fund.cases.telling import percent, whole
from leftshift.reports.cases import pictures
from leftshift.reports.content import Block, Cell, Column, Figure, Items, Note, Paragraph, Row, Table

Document = Mapping[str, Any]
_MOST_YEARS_ACROSS = 8
_MOST_BARS = 15


def pounds(value: float) -> Cell:
    """An amount in whole pounds."""
    return Cell(whole(Fraction(str(value))), number=value)


def share(value: float | None) -> Cell:
    """A share of one in per cent; a dash for none."""
    return Cell(percent(None if value is None else Fraction(str(value))), number=value)


def ratio(value: float | None, reason: str | None) -> Cell:
    """A benefit–cost ratio, or why there is none."""
    return Cell(f"none: {reason}") if value is None else Cell(f"{value:.2f}", number=value)


def named(name: str, *cells: Cell, strong: bool = False) -> Row:
    """A row with its name and its cells."""
    return Row((Cell(name), *cells), strong)


def numbers(*names: str) -> tuple[Column, ...]:
    """Columns of numbers."""
    return tuple(Column(name, numeric=True) for name in names)


# --------------------------------------------------------------------------------------- economic
def options_table(found: Document) -> Table:
    """Every option, the highest net present value first."""
    by_code = {row["option"]: row for row in found["options"]}
    rows = []
    for code in found["ranking"]:
        row = by_code[code]
        cells = [pounds(row[name]) for name in ("pv_costs", "pv_benefits", "npv")]
        cells.append(ratio(row["benefit_cost_ratio"], row["benefit_cost_ratio_reason"]))
        cells.append(Cell(row["payback"]["sentence"]))
        rows.append(named(row["name"], *cells, strong=code == found["preferred"]))
    columns = (
        Column("Option", weight=2),
        *numbers("Costs", "Benefits", "Net present value"),
        Column("Ratio", numeric=True),
        Column("Payback", weight=1.5),
    )
    caption = f"Options by net present value, present values in money of {found['base_year']}"
    return Table(caption, columns, tuple(rows), key="options")


def by_year(found: Document) -> tuple[Block, ...]:
    """What is spent and gained by year, as a picture and a table."""
    years = found["years"]
    fields = ("costs", "benefits", "net", "cumulative", "discounted", "cumulative_discounted")
    rows = [
        named(
            row["year"],
            *(pounds(row[name]) for name in fields[:2]),
            Cell(f"{row['factor']:.6f}", number=row["factor"]),
            *(pounds(row[name]) for name in fields[2:]),
        )
        for row in years
    ]
    columns = (
        Column("Year"),
        *numbers("Costs", "Benefits", "Factor", "Net", "Net so far", "Net discounted", "Discounted so far"),
    )
    last = years[-1]
    said = f"By the end of {last['year']} benefits less costs come to {whole(Fraction(str(last['cumulative'])))}, discounted {whole(Fraction(str(last['cumulative_discounted'])))}"
    picture = Figure(
        pictures.cumulative(years),
        said,
        "Two lines by year of benefits less costs so far, as they stand and discounted. The table below holds their figures.",
    )
    return picture, Table("Costs and benefits by year", columns, tuple(rows), key="years")


def what_matters(found: Document) -> tuple[Block, ...]:
    """Costs, benefits and each line, lower and higher by the same share; the widest in a picture, all in a table."""
    rows = found["tornado"]
    widest = rows[0]
    less, more = widest["low"]["change"], widest["high"]["change"]
    low, high = sorted((widest["low"]["npv"], widest["high"]["npv"]))
    said = f"What matters most is {widest['name']}: {less} and {more} give between {_words(low)} and {_words(high)}"
    table = Table(
        f"Net present value with each changed by {less} and by {more}, all else as it is",
        (Column("What", weight=2), *numbers(less, more)),
        tuple(named(row["name"], pounds(row["low"]["npv"]), pounds(row["high"]["npv"])) for row in rows),
        key="tornado",
    )
    picture = Figure(
        pictures.tornado(rows[:_MOST_BARS], found["npv"]),
        said,
        "Bars of the net present value with each at either end, widest first. The table below holds them.",
    )
    return picture, table


def _words(value: float) -> str:
    return whole(Fraction(str(value)))


def sensitivities(found: Document) -> Iterator[Block]:
    """The questions that the case asks, and optimism bias."""
    if not found["sensitivities"]:
        return
    columns = (
        Column("What if", weight=2),
        Column("Change", weight=1.5),
        *numbers("Net present value", "Difference", "Ratio"),
    )
    rows = tuple(
        Row(
            (
                Cell(row["name"]),
                Cell(row["change"]),
                pounds(row["npv"]),
                pounds(row["difference"]),
                ratio(row["benefit_cost_ratio"], "no cost"),
            )
        )
        for row in found["sensitivities"]
    )
    below = sum(row["npv"] < 0 for row in found["sensitivities"])
    yield Paragraph(f"{below} of {len(rows)} changes that were tried give a net present value below nought.")
    yield Table("What if, one change at a time", columns, rows, key="sensitivities")


def switching(found: Document) -> Table:
    """The changes at which the net present value is nought."""
    rows = []
    for row in found["switching_values"]:
        cell = share(row["change"]) if row["change"] is not None else Cell(row["reason"])
        rows.append(named(row["name"], cell))
    columns = (
        Column("What", weight=2),
        Column("Change that leaves it worth nothing", numeric=True, weight=1.5),
    )
    return Table(
        "Switching values, all else as it is; a change below −100% means that it is worth something even without",
        columns,
        tuple(rows),
        key="switching",
    )


def two_ways(found: Document) -> Table:
    """Net present values with costs and benefits changed together."""
    grid = found["grid"]
    columns = (Column("Costs"), *numbers(*(f"Benefits {_signed(change)}" for change in grid["benefits"])))
    rows = tuple(
        named(_signed(change), *map(pounds, values))
        for change, values in zip(grid["costs"], grid["npv"], strict=True)
    )
    return Table("Net present value with costs and benefits changed together", columns, rows, key="grid")


def _signed(change: float) -> str:
    text = percent(Fraction(str(change)), 0 if float(100 * change).is_integer() else 1)
    return f"+{text}" if change > 0 else text


def not_in_money(found: Document) -> Iterator[Block]:
    """Benefits that no amount stands for."""
    rows = [row for row in found["lines"] if row["side"] == "benefit" and not row["amounts"]]
    if rows:
        yield Paragraph("Benefits that are not stated in money, and count for nothing above:")
        quantities = (f", {row['quantity']}" if row["quantity"] else "" for row in rows)
        yield Items(
            tuple(f"{row['name']} ({row['class']}{more})" for row, more in zip(rows, quantities, strict=True))
        )


# -------------------------------------------------------------------------------------- financial
def who_gains(found: Document) -> tuple[Block, ...]:
    """What each organisation bears and gains."""
    shares = found["shares"]
    table = Table(
        "Who bears and who gains, as it stands and not discounted; the net present value beside it",
        (Column("Organisation", weight=2), *_SHARES),
        tuple(_share_row(row) for row in shares.values()),
        key="organisations",
    )
    losing = [row["name"] for row in shares.values() if row["npv"] < 0]
    said = (
        f"{', '.join(losing)} would bear more than is gained there"
        if losing
        else "No organisation bears more than it gains"
    )
    alternative = "Bars of the net present value of each organisation. The table below holds them."
    return Figure(pictures.gains(shares), said, alternative), table


_SHARES = numbers("Costs", "Share", "Benefits", "Share of benefits", "Net", "Net present value")


def _share_row(row: Document) -> Row:
    return named(
        row["name"],
        pounds(row["costs"]),
        share(row["share_of_costs"]),
        pounds(row["benefits"]),
        share(row["share_of_benefits"]),
        pounds(row["net"]),
        pounds(row["npv"]),
    )


def by_phase(found: Document) -> Iterator[Block]:
    """What the members of each phase bear and gain, and how shares were worked out."""
    for code, phase in found["shares_by_phase"].items():
        rows = [_share_row(row) for row in phase["members"].values()]
        total = named("All members", *_share_row(phase).cells[1:], strong=True)
        whole_case = code == "no_phase"
        caption = "What belongs to no phase" if whole_case else f"{phase['name']}: who bears and who gains"
        yield Table(
            caption, (Column("Organisation", weight=2), *_SHARES), (*rows, total), key=f"phase-{code}"
        )
    if found["sharing"]:
        yield Paragraph("How shared amounts were divided, to the penny:")
        yield Items(tuple(entry["sentence"] for entry in found["sharing"]))


def who_pays(found: Document) -> Iterator[Block]:
    """Costs, and released cash less costs, of each organisation in each year."""
    names = {code: row["name"] for code, row in found["shares"].items()}
    for field, caption in (
        ("costs", "Who pays in which year"),
        ("net", "Cash that benefits release less costs, by year"),
    ):
        amounts = {
            (code, year): paid[field]
            for code, by_year in found["affordability"].items()
            for year, paid in by_year.items()
        }
        yield _crossed(caption, names, [row["year"] for row in found["years"]], amounts, f"paid-{field}")


def _crossed(
    caption: str,
    names: Mapping[str, str],
    years: Sequence[str],
    amounts: Mapping[tuple[str, str], float],
    key: str,
) -> Table:
    """Organisations by year with the sum of all; a row for each year where paper is too narrow for them side by side."""
    sums = {year: sum(Fraction(str(amounts[code, year])) for code in names) for year in years}
    if len(years) <= _MOST_YEARS_ACROSS:
        rows = [named(name, *(pounds(amounts[code, year]) for year in years)) for code, name in names.items()]
        total = named("All", *(pounds(float(sums[year])) for year in years), strong=True)
        return Table(caption, (Column("Organisation", weight=2), *numbers(*years)), (*rows, total), key=key)
    rows = [
        named(year, *(pounds(amounts[code, year]) for code in names), pounds(float(sums[year])))
        for year in years
    ]
    return Table(caption, (Column("Year"), *numbers(*names.values(), "All")), tuple(rows), key=key)


def cash_view(found: Document) -> Table:
    """The economic view beside the cash-releasing one."""
    cash = found["cash_releasing"]
    names = {
        "pv_costs": "Costs, present value",
        "pv_benefits": "Benefits, present value",
        "npv": "Net present value",
    }
    rows = [named(name, pounds(found[field]), pounds(cash[field])) for field, name in names.items()]
    reason = "benefit_cost_ratio_reason"
    rows.append(
        named(
            "Benefit–cost ratio",
            ratio(found["benefit_cost_ratio"], found[reason]),
            ratio(cash["benefit_cost_ratio"], cash[reason]),
        )
    )
    columns = (Column("", weight=2), *numbers("All benefits in money", "Cash-releasing only"))
    return Table("The economic view, and the view of the budget", columns, tuple(rows), key="cash")


# ----------------------------------------------------------------------------------- rest
def risks(found: Document) -> Iterator[Block]:
    """The risks of the case."""
    if not found["risks"]:
        yield Note("No risk is stated.")
        return
    columns = (
        Column("Risk", weight=3),
        Column("Likelihood"),
        Column("Impact"),
        Column("What is done", weight=3),
        Column("Owner", weight=1.5),
    )
    fields = ("risk", "likelihood", "impact", "mitigation", "owner")
    rows = tuple(Row(tuple(Cell(entry[field] or "–") for field in fields)) for entry in found["risks"])
    yield Table("Risks", columns, rows, key="risks")


def lines_table(found: Document) -> Table:
    """Every line with its amounts and source."""
    columns = (
        Column("Line", weight=2),
        Column("Side"),
        Column("Whose", weight=1.5),
        Column("All years", numeric=True),
        Column("Probability", numeric=True),
        Column("Optimism bias", numeric=True),
        Column("Source", weight=3),
    )
    rows = [
        Row(
            (
                Cell(row["name"]),
                Cell(row["side"]),
                Cell(row["organisation"] or f"shared: {row['key']}"),
                pounds(sum(row["amounts"].values())) if row["amounts"] else Cell("not in money"),
                share(row["probability"]),
                share(row["optimism_bias"]),
                Cell(row["source"]),
            )
        )
        for row in found["lines"]
    ]
    return Table("Lines of the preferred option as the file states them", columns, tuple(rows), key="lines")


def warned(texts: Sequence[str]) -> Iterator[Block]:
    """What to be careful with."""
    for text in texts:
        yield Note(text)
