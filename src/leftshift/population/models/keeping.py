"""A model as it is kept: a definition of a score, its report, a card for whoever relies on it, and what drift is measured against."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leftshift.foundation.toml_text import toml_string
from leftshift.population.models.fitting import Fitted, predicted_by
from leftshift.population.models.outcomes import CONSTANT, PREDICTED
from leftshift.population.models.preparing import HORIZON, Floats, Prepared
from leftshift.population.privacy.disclosure import HIDDEN, disclosure_rules, shown_count, told_text
from leftshift.population.privacy.rounding import figures

SCORE, REPORT, CARD = "score.toml", "model.json", "card.md"
_LINKS = {"chance": "logistic", "amount": "exponential"}


@dataclass(frozen=True, slots=True)
class FittedOn:
    """What a model was fitted on."""

    index: date
    fitted: date
    purpose: str
    basis: str
    inputs: dict[str, Any]


def score_text(fitted: Fitted, on: FittedOn) -> str:
    """The model as the definition of a score."""
    target = fitted.target
    title = f"{target.title}, predicted by a model of our own records"
    source = f"fitted by leftshift {version('leftshift')} on records as at {on.index.isoformat()}"
    head = (
        f'name = "{PREDICTED}{target.name}"\ntitle = {toml_string(title)}\n'
        f'version = "{on.index.isoformat()}"\nsource = {toml_string(source)}\n'
        f'dated = {on.fitted.isoformat()}\nlink = "{_LINKS[target.kind]}"\nconstant = {_number(fitted.constant)}\n'
        'notes = ["A score proposes, a clinician decides", "See card.md beside this file"]\n'
    )
    terms = [
        f'\n[[terms]]\nname = "{feature.name}"\nvalue = {toml_string(feature.value.text)}\ntimes = {_number(coefficient)}\n'
        for feature, coefficient in zip(fitted.outcomes.features, fitted.coefficients, strict=True)
    ]
    return head + "".join(terms)


def _number(value: float) -> str:
    """A number as TOML has it, without an exponent, to ten places."""
    return f"{value:.10f}"


def reference_of(values: Floats, bins: int) -> dict[str, list[float]]:
    """Edges and shares of a distribution, against which a later one is held; no bin is of few people."""
    edges = np.unique([figures(edge) for edge in np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1])])
    counts = _counts(values, edges)
    while len(edges) and counts.min() <= disclosure_rules().threshold:
        edges = np.delete(edges, max(int(counts.argmin()) - 1, 0))
        counts = _counts(values, edges)
    told = np.array([shown_count(int(count)) for count in counts])
    return {"edges": edges.tolist(), "shares": (told / max(told.sum(), 1)).tolist()}


def shares_of(values: Floats, edges: Floats) -> Floats:
    """The share of values in each bin between edges."""
    found: Floats = _counts(values, edges) / max(len(values), 1)
    return found


def _counts(values: Floats, edges: Floats) -> NDArray[np.int64]:
    return np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)


def keep_model(
    folder: Path, fitted: Fitted, prepared: Prepared, report: dict[str, Any], on: FittedOn
) -> dict[str, Any]:
    """Write score, report and card into a new folder, all or nothing; gives the document of the report."""
    bins = int(fitted.outcomes.parameters["bins"])
    document = {
        "leftshift": version("leftshift"),
        "target": fitted.target.name,
        "title": fitted.target.title,
        "kind": fitted.target.kind,
        "horizon_months": HORIZON,
        "index": on.index.isoformat(),
        "fitted": on.fitted.isoformat(),
        "purpose": on.purpose,
        "basis": on.basis,
        "seed": fitted.seed,
        "strength": fitted.strength,
        "people": shown_count(prepared.people),
        "fitted_on": shown_count(len(prepared.outcome)),
        "coefficients": {
            CONSTANT: fitted.constant,
            **{f.name: float(c) for f, c in zip(fitted.outcomes.features, fitted.coefficients, strict=True)},
        },
        "features": {feature.name: feature.value.text for feature in fitted.outcomes.features},
        "report": report,
        "reference": {
            "score": reference_of(_of_everybody(fitted, prepared), bins),
            "features": {
                feature.name: reference_of(prepared.features[:, at], bins)
                for at, feature in enumerate(fitted.outcomes.features)
            },
        },
        "inputs": on.inputs,
    }
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        (partial / SCORE).write_text(score_text(fitted, on), "utf-8")
        (partial / REPORT).write_text(json.dumps(document, indent=1) + "\n", "utf-8")
        (partial / CARD).write_text(card_text(document), "utf-8")
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return document


def _of_everybody(fitted: Fitted, prepared: Prepared) -> Floats:
    """What the model that is kept says: models of folds differ a little, which would pass for drift where few values occur."""
    return predicted_by(fitted.target.kind, fitted.constant, fitted.coefficients, prepared.features)


def card_text(document: dict[str, Any]) -> str:
    """The card of a model, in Markdown: what it is for, what it is not for, how good it is and for whom."""
    report = document["report"]
    lines = [
        f"# {document['title']}: a model of our own records",
        "",
        f"Fitted on {document['fitted']} by leftshift {document['leftshift']}, for: {document['purpose']}"
        + (f" ({document['basis']})." if document["basis"] else "."),
        "",
        "## What it is for",
        "It ranks people so that those who might gain from planned care are looked at first. A score proposes; a clinician decides. "
        "It enrols nobody, refuses nobody care, and is no reason to end care.",
        "",
        "## What it is",
        f"A {'logistic regression' if document['kind'] == 'chance' else 'Poisson model with a logarithmic link'} on "
        f"{len(document['features'])} features as at {document['index']}, of what came in the {document['horizon_months']} months after. Fitted on "
        f"{document['fitted_on']:,} of {document['people']:,} people, those who died or moved away among them.",
        "",
        "| Feature | Worked out as | Coefficient |",
        "|---|---|---|",
        f"| constant | | {document['coefficients']['constant']:.4f} |",
        *(
            f"| {name} | `{text}` | {document['coefficients'][name]:.4f} |"
            for name, text in document["features"].items()
        ),
        "",
        "## How good it is, for people whom it had not seen",
        *_table(report["discrimination"]),
        "",
        "## Whether its numbers are right",
        *_table(report["calibration"]),
        "",
        "By tenth of predicted risk:",
        "",
        *_groups("tenth", report["tenths"]),
        "",
        "## Whether it is as right for one group as for another",
        f"Flagged are those above {report['flagged_from']:.4g}: the upper {report['flagged_share']:.0%} of everybody.",
        "",
    ]
    for name, rows in report["groups"].items():
        lines += [f"### {name.replace('_', ' ').capitalize()}", "", *_groups(name, rows), ""]
    lines += [
        "## What to mind",
        "Care that people did not get leaves no record: who is under-served looks healthy. A ratio far from 1 says that the model is "
        "wrong for a group. Check drift before each use: `leftshift population drift`.",
        "",
    ]
    return "\n".join(lines)


def _table(values: dict[str, float | None]) -> list[str]:
    return [
        "",
        "| | |",
        "|---|---|",
        *(f"| {name.replace('_', ' ')} | {_cell(value)} |" for name, value in values.items()),
    ]


def _groups(name: str, rows: list[dict[str, Any]]) -> list[str]:
    head = [
        f"| {name.replace('_', ' ')} | people | predicted | observed | observed ÷ predicted | flagged |",
        "|---|---|---|---|---|---|",
    ]
    return head + [
        "| "
        + " | ".join(
            [
                str(row[name]),
                *(
                    _cell(row[column])
                    for column in ("people", "predicted", "observed", "observed_over_predicted", "flagged")
                ),
            ]
        )
        + " |"
        for row in rows
    ]


def _cell(value: float | None) -> str:
    if value is None:
        return HIDDEN
    return told_text(value) if isinstance(value, int) else f"{value:.4g}"
