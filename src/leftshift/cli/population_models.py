"""The commands about models: fit one on linked records, and see whether it still fits."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from leftshift.cli import showing, showing_people
from leftshift.cli.population import (
    choices_of,
    date_of,
    definitions_of,
    grounds_of,
    running_engine,
    tell,
    today,
)
from leftshift.cli.verbs import OK, REFUSED, print_json
from leftshift.foundation.faults import near_miss
from leftshift.population.linked.dataset import LinkedData, marks_document
from leftshift.population.linked.soundness import sound_tables
from leftshift.population.linked.structure import check_structure
from leftshift.population.models.drifting import (
    calibration_now,
    drifts,
    fewest_people,
    predictions,
    read_model,
)
from leftshift.population.models.fitting import fit as fit_model
from leftshift.population.models.judging import judge
from leftshift.population.models.keeping import FittedOn, keep_model
from leftshift.population.models.outcomes import Outcomes, Target, packaged_outcomes, read_outcomes
from leftshift.population.models.preparing import Prepared, index_date, prepare
from leftshift.population.privacy.basis import permit
from leftshift.population.privacy.opting_out import without_opted_out
from leftshift.population.runs.running import last_day_of, refuse_existing
from leftshift.population.runs.wanting import Wanted, what_is_wanted


def fit(options: Namespace) -> int:
    """Fit a model."""
    refuse_existing(options.out)
    outcomes = read_outcomes(options.features) if options.features else packaged_outcomes()
    target = _target(outcomes, options.outcome)
    outcomes = outcomes.of(target)
    data = LinkedData(options.folder)
    check_structure(data.folder)
    wanted = _wanted(options, data, outcomes)
    grounds, index = grounds_of(options, data), index_date(date_of(options, data))
    tables = _permitted(options, data, wanted, outcomes, target)
    with running_engine(options) as engine, showing.working("fitting") as status:
        report: Callable[[str], None] = lambda step: tell(status, step)  # noqa: E731
        prepared = _prepared(engine, options, data, tables, wanted, outcomes, target, index, report)
        fitted = fit_model(prepared, target, outcomes, seed=options.seed, report=report)
        report("judging")
        on = FittedOn(
            index,
            today(),
            grounds.purpose,
            ", ".join(grounds.references),
            dict(marks_document(data.fingerprint())),
        )
        document = keep_model(options.out, fitted, prepared, judge(fitted, prepared), on)
    if options.json:
        print_json(document)
    else:
        showing_people.show_model(options.out, document)
    return OK


def drift(options: Namespace) -> int:
    """See whether a model still fits; 1 where it should be fitted anew."""
    model = read_model(options.model)
    outcomes = read_outcomes(options.features) if options.features else packaged_outcomes()
    if {feature.name: feature.value.text for feature in outcomes.features} != model["features"]:
        raise ValueError(
            "the model was fitted with other features: give the file that it was fitted with (--features)"
        )
    target = _target(outcomes, str(model["target"]))
    outcomes = outcomes.of(target)
    data = LinkedData(options.folder)
    check_structure(data.folder)
    wanted = _wanted(options, data, outcomes)
    tables = _permitted(options, data, wanted, outcomes, target)
    index = index_date(date_of(options, data))
    with running_engine(options) as engine, showing.working("reading") as status:
        prepared = _prepared(
            engine, options, data, tables, wanted, outcomes, target, index, lambda step: tell(status, step)
        )
    document = {
        "model": {"target": model["target"], "fitted": model["fitted"], "index": model["index"]},
        "index": index.isoformat(),
        **_held_against(model, prepared),
    }
    if options.json:
        print_json(document)
    else:
        showing_people.show_drift(document)
    return OK if document["verdict"] == "holds" else REFUSED


def _held_against(model: Mapping[str, Any], prepared: Prepared) -> dict[str, Any]:
    """What drift says of people; nothing but that where they are too few."""
    fewest = fewest_people()
    if len(prepared.outcome) < fewest:
        return {"verdict": "too few people", "fewest": fewest, "calibration": None, "drift": []}
    predicted = predictions(model, prepared.features)
    found = drifts(model, prepared, predicted)
    calibration = calibration_now(str(model["kind"]), predicted, prepared.outcome)
    stale = calibration["verdict"] == "out of calibration" or any(one.verdict == "fit anew" for one in found)
    return {
        "verdict": "fit anew" if stale else "holds",
        "fewest": fewest,
        "calibration": calibration,
        "drift": [one.document() for one in found],
    }


def _target(outcomes: Outcomes, name: str) -> Target:
    if name not in outcomes.targets:
        hint = near_miss(name, outcomes.targets)
        raise ValueError(
            f"there is no outcome {name!r}; there are {', '.join(outcomes.targets)}"
            + (f". Did you mean {hint}?" if hint else "")
        )
    return outcomes.targets[name]


def _wanted(options: Namespace, data: LinkedData, outcomes: Outcomes) -> Wanted:
    return what_is_wanted(data, **definitions_of(options, scores=[], cohorts=[]), besides=[outcomes.asking()])


def _permitted(
    options: Namespace, data: LinkedData, wanted: Wanted, outcomes: Outcomes, target: Target
) -> set[str]:
    """The tables that features and outcome need, each of which has a legal basis."""
    tables = wanted.tables().union(target.outcome.tables(), *(f.value.tables() for f in outcomes.features))
    permit(data, grounds_of(options, data), tables)
    return tables


def _prepared(
    engine: Any,
    options: Namespace,
    data: LinkedData,
    tables: set[str],
    wanted: Wanted,
    outcomes: Outcomes,
    target: Target,
    index: date,
    report: Callable[[str], None],
) -> Prepared:
    choices, day = choices_of(options), last_day_of(data, date_of(options, data), today())
    sound = sound_tables(engine, data.folder, day, tables=tables | choices.tables())
    left = without_opted_out(engine, sound["persons"], sound.tables, choices)
    records = {**sound.tables, "persons": left.persons}
    return prepare(
        engine,
        records,
        outcomes,
        target,
        wanted.scores,
        wanted.lists,
        index,
        seed=options.seed,
        report=report,
    )
