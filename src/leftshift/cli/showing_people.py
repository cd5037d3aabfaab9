"""What the terminal shows of linked records, runs and cohorts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from leftshift.cli.showing import console_of, say, table_of
from leftshift.population.cohorts.changing import CHANGES
from leftshift.population.cohorts.comparing import Comparison
from leftshift.population.cohorts.definitions import REST, SEVERAL
from leftshift.population.cohorts.trying import FAILS, NOT_TRIED, Attempt
from leftshift.population.linked.report import CheckReport
from leftshift.population.linked.tables import linked_tables
from leftshift.population.privacy.disclosure import HIDDEN, count_text, disclosure_rules, told_text

_BAR = 24


def show_generated(folder: Path, document: Mapping[str, Any]) -> None:
    """What was generated, and how near it is to what was published."""
    table = table_of(f"{document['people']:,} invented people in {folder}", ["Table", "Rows"])
    for name, about in document["tables"].items():
        table.add_row(name, f"{about['rows']:,}")
    console_of().print(table)
    totals = table_of(
        "Against what was published, in proportion to the size", ["", "Published", "Here", "Off"]
    )
    for held in document["totals"]:
        off = held["difference_percent"]
        totals.add_row(
            held["name"],
            f"{held['published']:,.0f}",
            f"{held['achieved']:,}",
            "" if off is None else f"{off:+.1f}%",
        )
    console_of().print(totals)
    say("The people are invented: synthetic test data needs no legal basis.")


def show_tables() -> None:
    """Every table and column of linked records."""
    for described in linked_tables().values():
        needed = "" if described.required else ", may lack"
        table = table_of(
            f"{described.name}: {described.meaning}{needed}", ["Column", "Type", "Meaning"], left=3
        )
        for column in described.columns.values():
            table.add_row(
                column.name, column.type + (", may lack" if column.optional else ""), column.meaning
            )
        console_of().print(table)


def show_check(report: CheckReport) -> None:
    """Rows given, sound and set aside, and why."""
    table = table_of(f"Linked records as at {report.as_at}", ["Table", "Given", "Sound", "Set aside"])
    for name, about in report.tables.items():
        table.add_row(name, f"{about.given:,}", f"{about.sound:,}", f"{about.set_aside:,}")
    console_of().print(table)
    if report.is_clean:
        say("Every row is sound.")
        return
    for fault in report.faults():
        say(str(fault))
    say("Rows that are set aside are left out of every run, and each run says so.")


def show_run(out: Path, record: Mapping[str, Any]) -> None:
    """What a run counted, set aside and took."""
    counts, tables = record["counts"], record["check"]["tables"]
    aside = sum(table["set_aside"] for table in tables.values())
    say(
        f"{told_text(counts['counted'])} people counted as at {record['as_at']}; {count_text(counts['opted_out'])} said no, or were not "
        f"cleared, and were left out; {aside:,} of {sum(table['given'] for table in tables.values()):,} rows set aside."
    )
    missed = counts["not_counted"]
    say(
        f"Not counted: {count_text(missed['died'])} who had died, {count_text(missed['not_registered'])} not registered with a practice of the set, "
        f"{count_text(missed['not_yet_born'])} not yet born."
    )
    if counts["opt_out_lines_of_others"]:
        say(f"{counts['opt_out_lines_of_others']:,} lines of the lists of people are of nobody in the set.")
    for basis in record["bases"]:
        until = f" until {basis['valid_to']}" if basis["valid_to"] else ""
        said = f": {basis['conditions']}" if basis["conditions"] else ""
        say(f"On the basis of {basis['reference']} ({basis['authority']}){until}{said}")
    table = table_of("Scores", ["Score", "Version", "Validated for", "Source"], left=4)
    for score in record["scores"]:
        table.add_row(score["name"], score["version"], score["validated_for"], score["source"])
    console_of().print(table)
    cohorts = table_of("Cohorts", ["Cohort", "Version", "People"], left=2)
    for cohort in record["cohorts"]:
        cohorts.add_row(cohort["name"], cohort["version"], told_text(counts["cohorts"][cohort["name"]]))
    console_of().print(cohorts)
    for name, number in counts["outside_validated"].items():
        said = next(score["validated_for"] for score in record["scores"] if score["name"] == name)
        say(
            f"{count_text(number)} people have the score {name} though it was not validated for them ({said})."
        )
    lacking = record["code_lists"]["lacking"]
    if lacking:
        say("Done without these code lists, which nobody gave: " + ", ".join(lacking))
    for name, number in record["code_lists"]["repeated"].items():
        say(f"The code list {name} holds {number:,} codes twice; each counts once.")
    say("Numbers of people add up practices, each of which is rounded.")
    say(f"{sum(record['seconds'].values()):.1f} seconds; all of it in {out}")


def show_cohort(document: Mapping[str, Any], criteria: Mapping[str, str]) -> None:
    """A cohort by place and by reason, with bars."""
    by = document["by"]
    table = table_of(
        f"{document['cohort']} as at {document['as_at']}: {document['people']:,} people",
        [by.capitalize(), "People", "of", "Share", ""],
    )
    table.columns[4].justify = "left"
    most = max((row["people"] for row in document["places"]), default=0) or 1
    for row in document["places"]:
        share = "" if row["share"] is None else f"{row['share']:.1%}"
        bar = "█" * round(_BAR * row["people"] / most)
        table.add_row(row[by], told_text(row["people"]), told_text(row["counted"]), share, bar)
    console_of().print(table)
    reasons = table_of("By reason", ["Reason", "People"])
    for row in document["reasons"]:
        if row["reason"] != REST or row["people"]:
            reasons.add_row(_reason(row["reason"], criteria), told_text(row["people"]))
    console_of().print(reasons)
    if document["overlap"]:
        overlap = table_of("With the other cohort", ["Where", "People"])
        for row in document["overlap"]:
            overlap.add_row(row["where"], told_text(row["people"]))
        console_of().print(overlap)
        left_out = max(row["hidden"] for row in document["overlap"])
        if left_out:
            say(
                f"Localities left out of these four numbers, for one of them might be small there: {left_out:,}."
            )
    if document["files"]:
        say("Rows for a place written: " + ", ".join(document["files"]))
    if document.get("without_group"):
        say(
            f"{document['without_group']:,} people are of no group of risk that the teams name, and in no row of risk_groups.csv."
        )
    rules = disclosure_rules()
    if document["hidden"]:
        say(
            f"{document['hidden']:,} practices are hidden and in no total: of their localities no number of their own can be told."
        )
    say(
        f"Hidden is a number of {rules.threshold} and fewer, in the cohort or out of it, and what would give one away; the rest is rounded to "
        f"{rules.base}, and totals add up what is shown."
    )


def _reason(name: str, criteria: Mapping[str, str]) -> str:
    alone = " alone" if len(criteria) > 1 else ""
    said = {SEVERAL: "Several of them", REST: "A reason that is hidden"}
    return said.get(name, f"{criteria.get(name, name)}{alone}")


def show_tried(attempts: Sequence[Attempt]) -> None:
    """Which criteria find the people who were made to meet them."""
    table = table_of("Definitions tried on invented people", ["Cohort", "Criterion", "", "Rows made"], left=4)
    for attempt in attempts:
        rows = ", ".join(f"{name} {number}" for name, number in attempt.rows.items())
        said = attempt.verdict.upper() if attempt.verdict == FAILS else attempt.verdict
        table.add_row(
            attempt.cohort,
            attempt.criterion,
            said + (f": {attempt.problem}" if attempt.problem else ""),
            rows,
        )
    console_of().print(table)
    if any(attempt.verdict == NOT_TRIED for attempt in attempts):
        say("Not tried is no failure: nobody could be invented for it, so that records alone will tell.")


def show_changes(document: Mapping[str, Any]) -> None:
    """Who stayed, came and went, by locality."""
    table = table_of(
        f"{document['cohort']} from {document['from']} to {document['to']}",
        ["Locality", *(change.capitalize() for change in CHANGES)],
    )
    places: dict[tuple[str, str], dict[str, int]] = {}
    for row in document["changes"]:
        places.setdefault((row["commissioner"], row["locality"]), {})[row["change"]] = row["people"]
    for (_, locality), numbers in places.items():
        table.add_row(locality, *(told_text(numbers[change]) for change in CHANGES))
    console_of().print(table)
    say("Nothing is told of a locality where few came or went, or few stayed.")
    if len(set(document["versions"])) > 1:
        say(f"The definition changed between the runs: {' and '.join(document['versions'])}.")


def show_comparison(found: Comparison) -> None:
    """A cohort beside its like."""
    table = table_of(
        f"{found.cohort}: {found.months} months before and after {found.as_at}, for each person who was there all the time",
        ["Outcome", "Cohort before", "after", "Others before", "after", "Difference", "95% interval"],
    )
    for one in found.outcomes:
        means = (one.cohort_before, one.cohort_after, one.others_before, one.others_after)
        cells = [_value(value) for value in means]
        cells.append(_value(one.difference, sign="+"))
        interval = f"{_value(one.low, sign='+')} to {_value(one.high, sign='+')}"
        table.add_row(one.name.replace("_", " "), *cells, HIDDEN if one.low is None else interval)
    console_of().print(table)
    say(
        f"{told_text(found.matched)} people of the cohort matched with {told_text(found.others)} others by age, sex, deprivation and "
        f"emergency admissions in the year before; {told_text(found.unmatched)} had nobody like them."
    )
    if not found.outcomes:
        say("Too few people were matched for any outcome to be told.")
    say(
        "Each number is rounded by itself, so that no one person moves it by more than a step: a difference need not be that of the means "
        "beside it. Means are hidden where few people had any of it."
    )
    if found.outcomes:
        shares = [HIDDEN if share is None else f"{share:.1%}" for share in (found.died, found.others_died)]
        say(
            f"Died in the months after: of the cohort {shares[0]}, of the others {shares[1]}. Whoever died or left is followed to that day."
        )
    if found.unknown:
        say(f"{count_text(found.unknown)} people of the run are not in the records and are left out.")
    if found.not_known:
        names = ", ".join(name.replace("_", " ") for name in found.not_known)
        say(f"Not compared, for the records do not reach so far: {names}.")
    say("The difference is of the changes. What was not matched on may still explain it.")


def _value(value: float | None, *, sign: str = "") -> str:
    return HIDDEN if value is None else f"{value:{sign},.6g}"


def show_model(folder: Path, document: Mapping[str, Any]) -> None:
    """How good a model is, and for whom."""
    report = document["report"]
    said = table_of(f"{document['title']}: for people whom the model had not seen", ["", ""])
    for name, value in {**report["discrimination"], **report["calibration"]}.items():
        said.add_row(name.replace("_", " "), _value(value))
    console_of().print(said)
    _show_groups("By tenth of what is predicted", "tenth", report["tenths"])
    for name, rows in report["groups"].items():
        _show_groups(f"By {name.replace('_', ' ')}", name, rows)
    say(
        f"Fitted on {document['fitted_on']:,} people as at {document['index']}. In {folder}: score.toml, to be given to leftshift population "
        "score --define; card.md, for whoever relies on it; model.json."
    )


def _show_groups(title: str, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    table = table_of(
        title, [name.replace("_", " "), "People", "Predicted", "Observed", "Observed ÷ predicted", "Flagged"]
    )
    for row in rows:
        means = (_value(row[key]) for key in ("predicted", "observed", "observed_over_predicted"))
        table.add_row(str(row[name]), told_text(row["people"]), *means, told_text(row["flagged"]))
    console_of().print(table)


def show_drift(document: Mapping[str, Any]) -> None:
    """How far people have moved from those that a model was fitted on."""
    if document["verdict"] == "too few people":
        say(
            f"Drift is worked out on {document['fewest']:,} people or more: with fewer, chance alone moves it, and numbers would tell of persons."
        )
        return
    model = document["model"]
    table = table_of(
        f"Model of {model['target']} fitted as at {model['index']}, held against {document['index']}",
        ["", "Stability index", ""],
    )
    table.columns[2].justify = "left"
    for row in document["drift"]:
        table.add_row(row["name"], f"{row['index']:.2f}", row["verdict"])
    console_of().print(table)
    calibration = document["calibration"]
    ratio = calibration["observed_over_predicted"]
    say(
        "Observed over predicted: "
        + ("" if ratio is None else f"{_value(ratio)}, ")
        + f"{calibration['verdict']}."
    )
