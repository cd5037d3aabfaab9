"""The facade: a place, and every verb on it. Each method is a call downward."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leftshift.capacity.activity.checking import TIES, activity_checks
from leftshift.capacity.figures import Figures
from leftshift.capacity.gathering import capacity_faults, may_contribute, with_contributions
from leftshift.capacity.result import Capacity
from leftshift.economy.calibration.calibrating import Calibration, calibrate, ranges_of
from leftshift.economy.calibration.ranging import Ranges
from leftshift.economy.checking import economy_faults, run_checks
from leftshift.economy.choosing.drawing import Runs, deterministic
from leftshift.economy.choosing.portfolio import Portfolio, choose
from leftshift.economy.choosing.question import Question
from leftshift.economy.comparing import Comparison, compare
from leftshift.economy.control.checking import control_faults
from leftshift.economy.control.envelopes import Envelopes, envelopes
from leftshift.economy.control.risk_pool import RiskPool, risk_pool
from leftshift.economy.control.totals import HeldTotal, control_totals
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.economy.result import Result, Year
from leftshift.economy.stressing import Stress
from leftshift.economy.tying import TieOut, tie_out
from leftshift.foundation.checks import CheckResult
from leftshift.foundation.faults import Fault, Faults, near_miss
from leftshift.foundation.years import FinancialYear
from leftshift.measures.checking import measure_faults
from leftshift.place import reading, writing
from leftshift.place.applying import apply
from leftshift.place.checking import check_place
from leftshift.place.contributions import CausedTwice, Contribution, without_contributions
from leftshift.place.place import Place
from leftshift.place.rows import UNATTRIBUTED
from leftshift.place.scenarios import FOLDER as SCENARIOS
from leftshift.place.scenarios import STRESS, Scenario
from leftshift.place.schema import setting_names
from leftshift.place.seen import Seen
from leftshift.workbooks.opening import texts_of

if TYPE_CHECKING:  # what draws needs SciPy, which takes longer to load than a plan takes to run
    from leftshift.economy.uncertainty.goals import Goal
    from leftshift.economy.uncertainty.sensitivity import Sensitivity, Share
    from leftshift.economy.uncertainty.simulating import Simulation
    from leftshift.economy.uncertainty.simulating import Step as SimulationStep
    from leftshift.economy.uncertainty.streams import Method
    from leftshift.fund.fund import Fund
    from leftshift.measures.result import Measures
    from leftshift.programme.costing import SlipCost
    from leftshift.programme.programme import Programme


class ScenarioNotKnown(LookupError):
    """A scenario that the place does not have."""


@dataclass(frozen=True)
class PlanResult(Result):
    """A result, with what is held against it; ``scenarios`` are the codes of those it was run under."""

    scenarios: tuple[str, ...] = ()

    @cached_property
    def _tie_out(self) -> TieOut:
        return tie_out(self.projection, Figures(self.capacity).value)

    def tie_out(self) -> TieOut:
        """Every published figure beside the modelled one."""
        return self._tie_out

    def checks(self) -> tuple[CheckResult, ...]:
        """The consistency checks of the run."""
        return (*run_checks(self), *activity_checks(self.place.written))

    def ranges(self) -> Ranges | None:
        """What the totals marked for calibration leave open; None without totals or estimates; raises FaultsFound."""
        return self._ranges

    @cached_property
    def _ranges(self) -> Ranges | None:
        return ranges_of(self.place)

    @property
    def capacity(self) -> Capacity:
        """Activity, beds, staff, estate and capital of the place that was run."""
        return Capacity(self.place.written)

    def control_totals(self) -> tuple[HeldTotal, ...]:
        """Positions beside the totals that organisations were set, and the funding that hangs on them."""
        return control_totals(self)

    def envelopes(self) -> Envelopes:
        """What payers and payees agreed beside what the plan pays, and whether payers can afford it together."""
        return envelopes(self)

    def risk_pool(self) -> RiskPool:
        """The risk pool of the system, quarter by quarter."""
        return risk_pool(self.place)

    def measures(self, as_of: date) -> Measures:
        """What the measures of the place that was run say on a day."""
        return _measures(self.place.written, as_of, lambda: self)

    def compare(self, other: Result) -> Comparison:
        """This result before and another after: what differs, what moved, because of what."""
        return compare(self, other, with_contributions, capacity_faults)

    def document(self) -> dict[str, Any]:
        """The whole result as plain values: what ``leftshift run --json`` prints."""
        return {**_heading(self), **_figures(self), **_held_against(self)}


@dataclass(frozen=True)
class Model:
    """A place that has been read and checked, and what can be asked of it; ``scenarios`` are those it stands under,
    ``joined`` what pooled funds add to its money.
    """

    place: Place
    scenarios: tuple[str, ...] = ()
    joined: tuple[Contribution, ...] = ()

    @cached_property
    def planned(self) -> Place:
        """The place as its money is projected: what was written, and what its capacity and pooled funds contribute."""
        return with_contributions(self.place, self.joined)

    def with_fund(self, fund: Fund) -> Model:
        """The model with the money of a pooled fund, each amount once.

        Raises FaultsFound for what does not fit the place, and CausedTwice for a fund that is joined already.
        """
        from leftshift.fund.joining import join

        found = join(fund.plan, fund.round, self.place)
        known = {entry.cause for entry in self.joined}
        if twice := next((entry.cause for entry in found.contributions if entry.cause in known), ""):
            raise CausedTwice(f"{twice} is joined already")
        made = replace(self, joined=(*self.joined, *found.contributions))
        faults = Faults()
        faults.add_all(economy_faults(made.planned, Seen(), (TIES,)))
        faults.raise_if_any()
        return made

    def project(self) -> PlanResult:
        """Project every organisation and every year."""
        return PlanResult(project(prepare(self.planned)), self.scenarios)

    def capacity(self) -> Capacity:
        """Activity, beds, staff, estate and capital of the plan, year by year."""
        return Capacity(self.place)

    def measures(self, as_of: date) -> Measures:
        """What the measures of the place say on a day, and what the plan books of the savings register."""
        return _measures(self.place, as_of, self.project)

    def scenario(self, *codes: str) -> Model:
        """The model under scenarios of the place, all together: ``"slow-delivery"``, or ``"slow-delivery+pay-award"``.

        Scenarios add in any order. Raises ScenarioNotKnown, and FaultsFound when they set the same input.
        """
        named = [code.strip() for given in codes for code in given.split("+")]
        known = {entry.code: entry for entry in self.place.scenarios}
        for code in named:
            if code not in known:
                guess = near_miss(code, known)
                hint = (
                    f": did you mean {guess}?" if guess else f": it has {', '.join(sorted(known)) or 'none'}"
                )
                raise ScenarioNotKnown(f"the place has no scenario {code}{hint}")
        if len(set(named)) < len(named):
            raise ScenarioNotKnown(f"a scenario is named twice: {' + '.join(named)}")
        return self.under(*(known[code] for code in named))

    def under(self, *scenarios: Scenario) -> Model:
        """The model under scenarios that need not be the place's own. Raises FaultsFound."""
        changed, faults = under_scenarios(self.place, scenarios)
        faults.raise_if_any()
        return Model(changed, (*self.scenarios, *(entry.code for entry in scenarios)), self.joined)

    def slip_cost(self, programme: Programme, as_of: date) -> SlipCost:
        """What the slips of a programme do to the plan, £000. Raises CircularDependencies, FaultsFound."""
        from leftshift.programme.costing import cost_of

        return cost_of(programme, as_of, self.place, lambda *found: self.under(*found).project())

    def simulate(
        self,
        *,
        draws: int | None = None,
        seed: int | None = None,
        method: Method = "sobol",
        until_stable: bool = False,
        workers: int = 1,
        report: Callable[[SimulationStep, int], None] | None = None,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> Simulation:
        """Draw what uncertainty.csv says is uncertain, and work out every figure for every draw.

        The same seed gives the same figures with any number of workers. ``report`` is told after every block where it
        stands. Raises NothingUncertain, DrawOutOfRange, and Stopped when ``is_stopped`` says so.
        """
        from leftshift.economy.uncertainty.simulating import Asked, simulate

        given = {name: value for name, value in (("draws", draws), ("seed", seed)) if value is not None}
        asked = Asked(**given, method=method, until_stable=until_stable)
        return simulate(
            self.project().projection, asked, workers=workers, report=report, is_stopped=is_stopped
        )

    def sensitivity(
        self,
        year: Year | None = None,
        organisation: str = "",
        *,
        draws: int | None = None,
        seed: int | None = None,
        only_tornado: bool = False,
        report: Callable[[int, int], None] | None = None,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> Sensitivity:
        """What moves a position: each uncertain quantity alone, and its share of the variance with its own interval.

        Raises NothingUncertain, DrawOutOfRange, OrganisationNotKnown, and Stopped when ``is_stopped`` says so.
        """
        from leftshift.economy.uncertainty.outputs import position_of
        from leftshift.economy.uncertainty.sensitivity import Sensitivity, shares_of_variance, tornado

        result = self.project()
        asked = (result.projection, position_of(result.projection, organisation), result.at(year))
        bars = tornado(*asked)
        shares: tuple[Share, ...] = ()
        if not only_tornado:
            shares = shares_of_variance(*asked, draws=draws, seed=seed, report=report, is_stopped=is_stopped)
        return Sensitivity(*asked, bars, shares)

    def goal(
        self,
        lever: str,
        year: Year | None = None,
        organisation: str = "",
        *,
        low: float | None = None,
        high: float | None = None,
    ) -> Goal:
        """Which value of one input closes the gap of an organisation, or of the perimeter, in a year.

        ``lever`` names the input, as ``rate.RWE.pay_inflation``, or is ``delivery`` for a common delivery of all
        interventions; ``low`` and ``high`` are in points of a rate, shares of a delivery or a value, months of a delay.
        Raises NotALever and DrawOutOfRange.
        """
        from leftshift.economy.uncertainty.goals import dial_named, seek
        from leftshift.economy.uncertainty.outputs import position_of

        result = self.project()
        dial = dial_named(self.planned, lever, low, high)
        return seek(self.planned, dial, position_of(result.projection, organisation), result.at(year))

    def stress(self, *codes: str) -> Stress:
        """The plan under shocks, each alone and all together: the named scenarios, else all whose kind is ``stress``.

        Raises ScenarioNotKnown, and FaultsFound when they set the same input.
        """
        named = codes or tuple(entry.code for entry in self.place.scenarios if entry.kind == STRESS)
        if not named:
            raise ScenarioNotKnown(
                f'no scenario of the place is a stress test: write kind = "{STRESS}" into one'
            )
        names = {entry.code: entry.name for entry in self.place.scenarios}
        alone = {code: self.scenario(code).project() for code in sorted(named)}
        return Stress(self.project(), alone, self.scenario(*named).project(), names)

    def calibrate(self) -> Calibration:
        """Move the estimates as little as possible so that the marked totals are met; raises FaultsFound."""
        found = calibrate(self.planned)
        return replace(found, place=without_contributions(found.place))

    def ranges(self) -> Ranges | None:
        """What the marked totals leave open, calibrated or not; None without totals or estimates; raises FaultsFound."""
        return ranges_of(self.planned)

    def choose(
        self, question: Question | None = None, *, runs: Runs = deterministic, seconds: float | None = None
    ) -> Portfolio:
        """The best choice of interventions, starts and scales within the limits of a question; raises FaultsFound.

        Without a question: the best position with no organisation worse off than in the plan as it stands. ``runs``
        gives the draws of what is uncertain; ``seconds`` bounds each search.
        """
        return choose(self.planned, question, runs=runs, seconds=seconds)

    def document(self) -> dict[str, str]:
        """File name to text of the place folder."""
        return writing.document(self.place)

    def write(self, folder: Path | str) -> None:
        """Write the place as a folder, whole or not at all."""
        writing.write_place(self.place, Path(folder))


def _measures(place: Place, as_of: date, run: Callable[[], Result]) -> Measures:
    """The measures of a place; the plan is run when something asks what it books."""
    from leftshift.measures.result import Measures

    kept: list[Mapping[str, Mapping[str, float]]] = []

    def booked(intervention: str, organisation: str) -> float:
        if not kept:
            kept.append(run().impact(place.last_year))
        return kept[0].get(intervention, {}).get(organisation, 0.0)

    return Measures(place, as_of, booked)


def read_place(place: Path | str) -> Model:
    """Read and check a place: a folder, a zip of one, or a workbook; raises FaultsFound with every fault of it."""
    path = Path(place)
    return from_document(texts_of(path)) if path.is_file() else _checked(reading.read_folder(path))


def from_document(document: Mapping[str, str]) -> Model:
    """The model of a place that was kept as texts; raises FaultsFound."""
    return _checked(reading.read_document(document))


def _checked(read: reading.PlaceRead) -> Model:
    if read.place is not None:
        read.faults.add_all(_faults_of_use(read.place, read.seen))
    if read.place is not None and not read.faults:
        for scenario in read.place.scenarios:
            found = under_scenarios(read.place, [scenario])[1]
            # a scenario that the plan has taken in says nothing new: that is no fault of the place until it is asked for
            read.faults.add_all(fault for fault in found if fault.kind != "nothing changes")
    read.faults.raise_if_any()
    assert read.place is not None
    return Model(read.place)


def _faults_of_use(place: Place, seen: Seen) -> Iterator[Fault]:
    """Faults that show when capacity and money are worked out; money is asked for with what capacity adds, if that is sound."""
    found = [*capacity_faults(place, seen), *control_faults(place, seen)]
    yield from (*found, *measure_faults(place, seen))
    whole = not found and may_contribute(seen)
    for fault in economy_faults(with_contributions(place) if whole else place, seen, (TIES,)):
        # what only capacity would use cannot be told from what nothing uses
        if whole or fault.kind != "nothing uses it" or not place.activity_effects:
            yield fault


def under_scenarios(place: Place, scenarios: Sequence[Scenario]) -> tuple[Place, Faults]:
    """A sound place under scenarios, and the faults of what they make of it, told at the scenario."""
    changed, faults = apply(place, scenarios)
    if faults:
        return changed, faults
    seen, told = Seen(), set[Fault]()
    for fault in (*check_place(changed, seen), *_faults_of_use(changed, seen)):
        its_own = fault.file.startswith(SCENARIOS)
        # what a scenario leaves without use, such as the rate it replaces, is no slip of the place
        if its_own or fault.kind != "nothing uses it":
            shown = fault if its_own else replace(fault, file=scenarios[-1].file, row=None)
            if shown not in told:
                told.add(shown)
                faults.add(shown)
    return changed, faults


def _heading(result: PlanResult) -> dict[str, Any]:
    place = result.place
    share = place.shares
    kinds = {row.code: row.kind for row in place.organisations} | {UNATTRIBUTED: "unattributed"}
    steps = sorted(place.steps, key=lambda row: (row.order, row.step))
    return {
        "place": place.code,
        "name": place.name,
        "description": place.description,
        "scenarios": list(result.scenarios),
        "fingerprint": place.fingerprint,
        "base_year": place.base_year.label,
        "headline_year": place.last_year.label,
        "unit": "£000",
        "years": [year.label for year in place.years],
        "perimeter": {"name": place.perimeter, "members": {code: share[code] for code in sorted(share)}},
        "settings": {name: place.setting(name) for name in setting_names()},
        "organisations": [
            {"code": code, "name": result.names[code], "kind": kinds[code], "share": share.get(code, 0.0)}
            for code in result.organisations
        ],
        "steps": [{"step": row.step, "name": row.name} for row in steps],
        "interventions": [
            {
                "intervention": row.intervention,
                "name": row.name,
                "step": row.step,
                "stage": row.stage,
                "pathway": row.pathway,
                "setting_of_care": row.setting_of_care,
                "start": str(row.start) if row.start else "",
                "delay_months": row.delay_months,
                "delivery": row.delivery,
                "basis": row.basis,
                "source": row.source,
            }
            for row in result.projection.economy.interventions
        ],
    }


def _by_year(result: PlanResult, value: Any) -> dict[str, Any]:
    return {year.label: value(year) for year in result.years}


def _figures(result: PlanResult) -> dict[str, Any]:
    def of_year(year: FinancialYear) -> dict[str, dict[str, float]]:
        return {
            name: row
            for stage in ("plan", "do_nothing", "comparison")
            for name, row in result.impact(year, stage=stage).items()
        }

    return {
        "positions": {
            code: _by_year(result, lambda year, code=code: result.position(code, year))
            for code in result.organisations
        },
        "do_nothing": {
            code: _by_year(result, lambda year, code=code: result.do_nothing_position(code, year))
            for code in result.organisations
        },
        "perimeter_position": {
            "do_nothing": _by_year(result, lambda year: result.perimeter_position(year, do_nothing=True)),
            "plan": _by_year(result, result.perimeter_position),
        },
        "gap": _by_year(result, result.gap),
        "bridge": _by_year(result, result.bridge),
        "drivers": _by_year(result, result.drivers),
        "drivers_by_organisation": {
            code: _by_year(result, lambda year, code=code: result.drivers(year, code))
            for code in result.organisations
        },
        "impact": _by_year(result, of_year),
        "basis": result.basis,
        "perimeter_basis": result.perimeter_basis,
        "impact_basis": _by_year(result, result.impact_basis),
    }


def _held_against(result: PlanResult) -> dict[str, Any]:
    found = result.tie_out()
    return {
        "control_totals": [held.document() for held in result.control_totals()],
        "envelopes": result.envelopes().document(),
        "risk_pool": result.risk_pool().document(),
        "tie": [tie.document() for tie in found.ties],
        "tie_counts": found.counts(),
        "comparisons": [tie.document() for tie in found.comparisons],
        "checks": [
            {"check": check.check, "passed": check.passed, "verdict": check.verdict, "detail": check.detail}
            for check in result.checks()
        ],
    }
