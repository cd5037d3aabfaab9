"""An appraisal in sentences, and as plain values for JSON: pounds to the penny, null and a reason where nothing can be said."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from leftshift.foundation.money import PENCE_IN_POUND, Money, whole_half_up
from leftshift.fund.cases.appraising import NO_COST, Appraisal, OptionAppraisal, Payback, Share, Totals
from leftshift.fund.cases.case import Line
from leftshift.fund.cases.parameters import five_cases
from leftshift.fund.cases.sharing import rounded, uplift
from leftshift.fund.cases.varying import Varied, asked, grid, switching_values, tornado

_MONTHS = 12


def money(pounds: Fraction) -> Money:
    """Pounds in whole pence, half up."""
    return rounded(pounds * PENCE_IN_POUND)


def whole(pounds: Fraction | Money) -> str:
    """An amount as people read it: whole pounds, half up, with a true minus."""
    exact = Fraction(pounds.pence, PENCE_IN_POUND) if isinstance(pounds, Money) else pounds
    text = str(Money(whole_half_up(exact) * PENCE_IN_POUND)).removesuffix(".00")
    return text.replace("-", "−")


def number(amount: Money | Fraction) -> float:
    """An amount as a number of pounds, to the penny."""
    exact = amount if isinstance(amount, Money) else money(amount)
    return float(Decimal(exact.pence) / PENCE_IN_POUND)


def decimals(value: Fraction | None, places: int = 4) -> float | None:
    """A number to so many decimals, half up; None stays None."""
    return None if value is None else float(Decimal(whole_half_up(value * 10**places)).scaleb(-places))


def percent(share: Fraction | Decimal | None, places: int = 1) -> str:
    """A share in per cent as people read it; a dash where there is none."""
    if share is None:
        return "–"
    units = whole_half_up(Fraction(share) * 100 * 10**places)
    sign, (left, right) = "−" if units < 0 else "", divmod(abs(units), 10**places)
    return f"{sign}{left:,}.{right:0{places}d}%" if places else f"{sign}{left:,}%"


def ratio_words(ratio: Fraction | None) -> str:
    """A benefit–cost ratio as people read it."""
    return f"{decimals(ratio, 2):.2f}" if ratio is not None else f"none: {NO_COST}"


def payback_words(found: Payback) -> str:
    """A payback in years and months, or why there is none."""
    if found.years is None:
        return found.reason
    months = -(-found.years.numerator * _MONTHS // found.years.denominator)  # the month in which it happens
    years, rest = divmod(months, _MONTHS)
    if not months:
        return f"at once: {found.reason}" if found.reason else "at once"
    parts = [f"{years} year{'s' if years > 1 else ''}"] if years else []
    parts += [f"{rest} month{'s' if rest > 1 else ''}"] if rest else []
    again = ", but later years take it below nought again" if found.falls_again else ""
    return " and ".join(parts) + again


def headline(found: Appraisal) -> str:
    """What the preferred option is worth, in one sentence."""
    best = found.preferred
    totals = best.totals
    worth = "is worth" if totals.npv >= 0 else "loses"
    ratio = (
        f" with £{decimals(totals.ratio, 2):.2f} of benefit for each £1 of cost"
        if totals.ratio is not None
        else f" without a ratio, because {NO_COST}"
    )
    size = whole(abs(totals.npv))
    return f"{best.option.name} {worth} {size} in money of {found.case.base_year},{ratio}; payback: {payback_words(best.payback)}."


def switching_sentence(best: OptionAppraisal) -> str:
    """How far costs may rise, or benefits fall, before it is worth nothing."""
    costs, benefits = switching_values(best)[:2]
    if costs.change is None or benefits.change is None:
        return "There is no switching value: costs or benefits are not stated in money."
    if best.totals.npv >= 0:
        return f"It is worth nothing if costs rise by {percent(costs.change)}, or if benefits fall by {percent(-benefits.change)}."
    return f"It is worth something once costs fall by {percent(-costs.change)}, or benefits rise by {percent(benefits.change)}."


def missing_words(found: Appraisal) -> tuple[tuple[str, str, str], ...]:
    """The parts of the five cases that are not written: case, part, and what it is to say."""
    return tuple(
        (about["name"], part, says)
        for name, about in five_cases().items()
        for part, says in about["parts"].items()
        if not found.case.words[name][part]
    )


def document(found: Appraisal) -> dict[str, Any]:
    """Everything as plain values; at the top what belongs to the preferred option."""
    case, edition, best = found.case, found.edition, found.preferred
    options = {row.option.code: _option(row) for row in found.options}
    return {
        "title": case.title,
        "fingerprint": case.fingerprint,
        "unit": "£",
        "as_of": str(found.as_of),
        "edition": edition.edition,
        "edition_name": edition.name,
        "edition_source": f"[{edition.label}] {edition.source}",
        "rates": edition.rates_in_words(),
        "health_rates": edition.rates_in_words(health=True),
        "base_year": str(case.base_year),
        "first_year_number": case.first_year_number,
        "terms": "nominal" if case.prices.is_nominal else "real",
        "optimism_bias": case.bias_level,
        "sentence": headline(found),
        "warnings": list(found.warnings),
        "preferred": best.option.code,
        **options[best.option.code],
        "less_baseline": None
        if found.baseline is None
        else number(best.totals.npv - found.baseline.totals.npv),
        "baseline": None if found.baseline is None else found.baseline.option.code,
        "ranking": [row.option.code for row in found.ranked],
        "options": [
            {
                "option": row.option.code,
                "name": row.option.name,
                "kind": row.option.kind,
                "description": row.option.description,
                **options[row.option.code],
            }
            for row in found.options
        ],
        "risks": [
            {name: getattr(row, name) for name in ("risk", "likelihood", "impact", "mitigation", "owner")}
            for row in case.risks
        ],
        "words": {name: dict(parts) for name, parts in case.words.items()},
        "missing_words": [
            {"case": name, "part": part, "says": says} for name, part, says in missing_words(found)
        ],
    }


def _option(row: OptionAppraisal) -> dict[str, Any]:
    return {
        **_totals(row.totals),
        "payback": _payback(row.payback),
        "discounted_payback": _payback(row.discounted_payback),
        "shares": {part.code: _share(part) for part in row.by_organisation},
        "shares_by_phase": {
            part.code or "no_phase": {
                **_share(part),
                "members": {member.code: _share(member) for member in row.members_of(part.code)},
            }
            for part in row.by_phase
        },
        "sharing": [
            {
                "key": entry.key.code,
                "kind": entry.key.kind,
                "phase": entry.phase or "no_phase",
                "shares": {code: decimals(part, 6) for code, part in entry.shares().items()},
                "sentence": entry.sentence,
            }
            for entry in row.sharings
        ],
        "years": list(_years(row)),
        "lines": [_line(row, line) for line in row.case.lines_of(row.option.code)],
        "cash_releasing": _totals(row.cash),
        "affordability": {
            code: {year: _paid(totals) for year, totals in years.items()}
            for code, years in row.affordability.items()
        },
        "switching_values": [
            {
                "what": entry.what,
                "code": entry.code,
                "name": entry.name,
                "change": decimals(entry.change, 6),
                "reason": entry.reason or None,
            }
            for entry in switching_values(row)
        ],
        "sensitivities": [_varied(entry) for entry in asked(row)],
        "tornado": [
            {"name": name, "low": _varied(low), "high": _varied(high)} for name, low, high in tornado(row)
        ],
        "grid": {
            "costs": [float(change) for change in row.case.grid[0]],
            "benefits": [float(change) for change in row.case.grid[1]],
            "npv": [[number(value) for value in values] for values in grid(row)],
        },
    }


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "costs": number(totals.costs),
        "benefits": number(totals.benefits),
        "net": number(totals.net),
        "pv_costs": number(totals.pv_costs),
        "pv_benefits": number(totals.pv_benefits),
        "npv": number(totals.npv),
        "benefit_cost_ratio": decimals(totals.ratio),
        "benefit_cost_ratio_reason": None if totals.ratio is not None else NO_COST,
    }


def _paid(totals: Totals) -> dict[str, float]:
    costs, released = number(totals.costs), number(totals.benefits)
    return {"costs": costs, "cash_released": released, "net": number(totals.net)}


def _payback(found: Payback) -> dict[str, Any]:
    return {
        "years": decimals(found.years),
        "reason": found.reason or None,
        "falls_again": found.falls_again,
        "sentence": payback_words(found),
    }


def _share(part: Share) -> dict[str, Any]:
    return {
        "name": part.name,
        **_totals(part.totals),
        "share_of_costs": decimals(part.share_of_costs, 6),
        "share_of_benefits": decimals(part.share_of_benefits, 6),
    }


def _years(row: OptionAppraisal) -> Iterator[dict[str, Any]]:
    for year in row.years:
        yield {
            "year": year.year,
            "costs": number(year.costs),
            "benefits": number(year.benefits),
            "factor": decimals(year.factor, 6),
            "net": number(year.net),
            "cumulative": number(year.cumulative),
            "discounted": number(year.discounted),
            "cumulative_discounted": number(year.cumulative_discounted),
        }


def _line(row: OptionAppraisal, line: Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "name": line.name,
        "side": line.side,
        "organisation": line.organisation or None,
        "key": line.key or None,
        "phase": line.phase or None,
        "class": line.benefit_class or None,
        "direct": line.is_direct,
        "recurrent": line.is_recurrent,
        "health": line.is_health,
        "probability": float(line.probability),
        "optimism_bias": decimals(uplift(line, row.case.bias_level), 6),
        "quantity": line.quantity or None,
        "amounts": {str(year): number(amount) for year, amount in sorted(line.amounts.items())},
        "source": str(line.provenance),
    }


def _varied(entry: Varied) -> dict[str, Any]:
    return {
        "name": entry.name,
        "change": entry.change,
        "npv": number(entry.totals.npv),
        "difference": number(entry.difference),
        "benefit_cost_ratio": decimals(entry.totals.ratio),
    }
