"""Measures as plain values: what ``leftshift measures --json`` prints. Nothing that is not there is a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leftshift.measures.opportunity import Opportunity
from leftshift.measures.process_control.documents import series_document
from leftshift.measures.process_control.frames import Rebase, SeriesChart
from leftshift.measures.savings import Register
from leftshift.measures.series import Point
from leftshift.measures.targets.forecasting import Forecast
from leftshift.measures.words import headline, sentences

if TYPE_CHECKING:
    from leftshift.measures.result import Measured, Measures


def document_of(measures: Measures) -> dict[str, Any]:
    """Every measure of every body, opportunities, the savings register and checks."""
    return {
        "place": measures.place.code,
        "fingerprint": measures.place.fingerprint,
        "as_of": measures.as_of.isoformat(),
        "measures": [measured_document(entry) for entry in measures.all],
        "opportunities": [opportunity_document(entry) for entry in measures.opportunities],
        "savings": register_document(measures.savings),
        "checks": [
            {"check": check.check, "passed": check.passed, "verdict": check.verdict, "detail": check.detail}
            for check in measures.checks()
        ],
    }


def measured_document(entry: Measured) -> dict[str, Any]:
    """One measure of one body."""
    definition = entry.series.definition
    latest, rating = entry.latest, entry.rating
    return {
        "measure": entry.measure.measure,
        "name": entry.measure.name,
        "theme": entry.measure.theme,
        "of": entry.of,
        "of_name": entry.name,
        "better": entry.measure.better,
        "owner": entry.measure.owner,
        "kind": definition.kind.name,
        "unit": definition.unit,
        "definition": definition.version,
        "latest": point_document(latest) if latest else None,
        "target": entry.target.value if entry.target else None,
        "target_rule": entry.target.row.target if entry.target else None,
        "target_shared_from": (entry.target.shared_from or None) if entry.target else None,
        "rating": rating.colour or None if rating else None,
        "off_target": rating.off if rating else None,
        "rating_rule": rating.rule if rating else None,
        "in_people": entry.said.words if entry.said else None,
        "forecast": forecast_document(entry.forecast) if entry.forecast else None,
        "overdue_since": entry.overdue_since.isoformat() if entry.overdue_since else None,
        "breaks": [str(period) for period in entry.series.breaks],
        "sentence": headline(entry),
        "notes": list(sentences(entry)),
        "interventions": [row.intervention for row in entry.links],
        "points": [point_document(point) for point in entry.series.points],
        "older": {
            version: [point_document(point) for point in points]
            for version, points in entry.series.older.items()
        },
        "control": control_document(entry),
    }


def control_document(entry: Measured) -> dict[str, Any] | None:
    """The control chart in the form of ``leftshift spc --json``."""
    if entry.chart is None:
        return None
    periods = entry.series.calendar
    at = {period: place for place, period in enumerate(periods)}
    rebases = tuple(
        Rebase(at[row.period], row.period, row.reason, row.author, row.period)
        for row in entry.rebases
        if row.period in at
    )
    provisional = tuple(
        bool((point := entry.series.by_period.get(period)) and point.provisional) for period in periods
    )
    chart = SeriesChart(entry.measure.name, entry.chart, periods, rebases, provisional)
    return series_document(chart, unit=entry.unit)


def point_document(point: Point) -> dict[str, Any]:
    """One figure."""
    return {
        "period": str(point.period),
        "definition": point.version,
        "value": point.value,
        "lower": point.lower,
        "upper": point.upper,
        "method": point.method or None,
        "withheld": point.withheld or None,
        "numerator": point.numerator,
        "denominator": point.denominator,
        "provisional": point.provisional,
        "revision": point.revision,
        "revised_from": point.revised_from,
        "summed_from": point.summed_from,
        "rows": [f"{origin.file}:{origin.row}" for origin in point.origins if origin.file],
    }


def forecast_document(found: Forecast) -> dict[str, Any]:
    """One forecast."""
    return {
        "year": found.year.label,
        "value": found.value,
        "lower": found.lower,
        "upper": found.upper,
        "confidence": found.confidence,
        "seen": found.seen,
        "to_come": found.to_come,
        "basis": found.basis,
        "target": found.target,
        "chance": found.chance,
    }


def opportunity_document(found: Opportunity) -> dict[str, Any]:
    """One opportunity; amounts in £."""
    return {
        "measure": found.measure,
        "of": found.of,
        "year_to": str(found.year_to),
        "value": found.standing.level,
        "reaching": found.level,
        "peers": [{"of": peer.body, "value": peer.level} for peer in found.peers],
        "gap": found.gap,
        "units": found.units,
        "units_lower": found.lower,
        "units_upper": found.upper,
        "pounds": found.pounds,
        "pounds_lower": found.pounds_lower,
        "pounds_upper": found.pounds_upper,
        "beyond_chance": found.beyond_chance,
        "unit_value": found.unit_value,
    }


def register_document(register: Register) -> dict[str, Any]:
    """The savings register; amounts in £000 a year."""
    return {
        "unit": "£000",
        "year": register.year.label,
        "total": register.total,
        "cash_releasing": register.cash_releasing,
        "booked": register.booked,
        "efficiencies": [
            {
                "efficiency": saving.row.efficiency,
                "name": saving.row.name,
                "kind": saving.row.kind,
                "organisation": saving.row.organisation,
                "measure": saving.row.measure,
                "owner": saving.row.owner,
                "reaching": saving.row.reaching,
                "intervention": saving.row.intervention,
                "cash_releasing": saving.row.cash_releasing,
                "overlaps": saving.row.overlaps,
                "worth": saving.worth,
                "counted": saving.counted,
                "booked": saving.booked,
                "booked_with": saving.booked_with or None,
                "not_booked": saving.not_booked,
                "why": saving.why or None,
                "opportunity": opportunity_document(saving.opportunity) if saving.opportunity else None,
            }
            for saving in register.savings
        ],
    }
