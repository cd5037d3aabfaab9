"""What the terminal shows of programmes."""

from __future__ import annotations

from rich.text import Text

from leftshift.cli import showing
from leftshift.foundation.money import thousands
from leftshift.programme.appraising import Appraised
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.costing import SlipCost
from leftshift.programme.statuses import WORDS

_STYLE = {
    "complete": "blue",
    "green": "green",
    "amber": "yellow",
    "red": "red",
    "not_open": "dim",
    "not_known": "dim",
}
_SHOWN = 15


def show_checked(checked: CheckedProgramme, cost: SlipCost) -> None:
    """How a programme stands: workstreams and projects, slips with their cost, what is overdue, gates, risks and faults."""
    console, programme = showing.console_of(), checked.programme
    console.print(Text(f"{programme.name}, as of {checked.as_of}", "bold"))
    table = showing.table_of("Projects", ["project", "owner", "reached", "status", "why"], left=5)
    for row in programme.projects:
        status = checked.standing.projects[row.project]
        done = f"{checked.standing.progress[row.project]:.0%}"
        table.add_row(row.name, row.owner, done, Text(WORDS[status.rag], _STYLE[status.rag]), status.why)
    console.print(table)
    _show_slips(checked, cost)
    table = showing.table_of("Overdue", ["what", "", "owner", "due", "days"], left=4)
    for entry in checked.overdue[:_SHOWN]:
        table.add_row(entry.kind, entry.said, entry.owner, str(entry.due), str(entry.days))
    console.print(table if checked.overdue else "Nothing is overdue.")
    _more(len(checked.overdue))
    for gate in checked.gates:
        mark = Text("✓" if gate.is_passed() else "✗", "green" if gate.is_passed() else "red")
        console.print(mark, Text(f" gate {gate.gate.name}: {gate.state}" + (f", {gate.why_not()}" if gate.why_not() else "")), sep="")  # fmt: skip
    for state in [state for state in checked.register.open if state.to_escalate][:_SHOWN]:
        showing.say(f"risk to escalate: {state.title} (owner: {state.risk.owner})")
    showing.say(f"Critical path: {' → '.join(checked.critical_path[-8:]) or 'nothing is open'}")
    for fault in list(checked.faults)[:_SHOWN]:
        console.print(Text(f"✗ {fault}", "red"))
    _more(checked.faults.total)
    console.print(Text(f"Fingerprint {programme.fingerprint[:16]}. As of {checked.as_of}.", "dim"))


def _show_slips(checked: CheckedProgramme, cost: SlipCost) -> None:
    table = showing.table_of(
        "Slips behind the plan", ["milestone", "planned", "expected", "days", "starts"], left=3
    )
    for slip in checked.slips[:_SHOWN]:
        row = slip.milestone
        table.add_row(row.name, str(slip.planned), str(slip.expected), str(slip.days), row.starts)
    showing.console_of().print(table if checked.slips else "Nothing slips behind the plan.")
    _more(len(checked.slips))
    if cost.delays:
        years = list(cost.bridge)
        table = showing.table_of("What the slips do to the bridge, £000", ["intervention", *map(str, years)])
        for name, amounts in cost.by_intervention.items():
            table.add_row(name, *(thousands(amounts[year]) for year in years))
        table.add_row(
            Text("bridge", "bold"), *(Text(thousands(cost.by_year[year]), "bold") for year in years)
        )
        showing.console_of().print(table)
    for delay in cost.not_in_plan:
        showing.say(
            f"{delay.intervention} is no intervention that the plan counts: its slip costs the bridge nothing."
        )


def _more(count: int) -> None:
    if count > _SHOWN:
        showing.say(f"and {count - _SHOWN} more: --json lists them all")


def show_appraised(found: Appraised, seed: int) -> None:
    """A ranking with its stability. Raises NoWeights."""
    ranking, stability = found.ranking, found.stability(seed)
    table = showing.table_of(
        found.appraisal.name, ["rank", "option", "total", "first under random weights", ""], left=2
    )
    for row in ranking:
        rank = "" if row.rank is None else f"{row.rank}{'=' if row.tied else ''}"
        total = "" if row.total is None else f"{row.total:.1f}"
        share = stability.get(row.option.option)
        table.add_row(rank, row.option.name, total, "" if share is None else f"{share:.0%}", row.why_not)
    showing.console_of().print(table)
    showing.say(f"The same comes first in {found.holds_in} of {len(found.tried)} changed weights.")
    for conflict in found.conflicts:
        what = conflict.option or "every option"
        showing.say(f"Excluded from scoring {what}: {conflict.scorer} ({conflict.what}).")
    if found.departs:
        showing.say(f"{found.appraisal.chosen} was chosen, which is not first: {found.departs}.")
