"""An option appraisal as blocks: ranking, weighed scores, spread of scorers, who scored what, how firm it is."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.programme.appraising import Appraised, NoWeights
from leftshift.programme.programme import Programme
from leftshift.reports.content import Block, Cell, Figure, Note, Paragraph, Row, Subheading
from leftshift.reports.programme import choice_pictures
from leftshift.reports.programme.cells import NONE, col, line, num, sentence, share, table
from leftshift.reports.words import listed

_KINDS = {
    "financial": "financial",
    "non_financial_professional": "professional",
    "non_financial_personal": "personal",
    "indirect": "indirect",
}


def choice(found: Appraised, seed: int) -> Iterator[Block]:
    """Everything about an appraisal; the same seed draws the same random weights."""
    try:
        ranking = found.ranking
    except NoWeights as problem:
        yield Paragraph(sentence(str(problem)))
        return
    if not ranking:
        yield Paragraph(f"{found.appraisal.name}: there is no option to choose from yet.")
        return
    yield Paragraph(verdict(found), lead=True)
    yield from _ranking(found, seed)
    if any(row.total is not None for row in ranking):
        yield from _weighed(found)
        yield from _spread(found)
    yield from _scores(found)
    yield from _firmness(found)


def option_names(found: Appraised) -> dict[str, str]:
    """Option to its name."""
    return {row.option: row.name for row in found.options}


def verdict(found: Appraised) -> str:
    """What comes first, what was chosen, and why where the two differ."""
    names = option_names(found)
    first = listed([names[each] for each in found.first])
    if not first:
        said = f"{found.appraisal.name}: no option can be ranked"
    elif len(found.first) > 1:
        said = f"{found.appraisal.name}: {first} tie for the first place"
    else:
        said = f"{found.appraisal.name}: {first} comes first"
    chosen = found.appraisal.chosen
    if not chosen:
        return f"{said}; nothing is chosen yet."
    name = names.get(chosen, chosen)
    by = f" by {found.appraisal.decided_by}" if found.appraisal.decided_by else ""
    minute = f" ({found.appraisal.minute})" if found.appraisal.minute else ""
    if found.departs:
        return f"{said}; {name} was chosen{by}{minute} all the same: {found.departs.rstrip('.')}."
    return f"{said}, and {'one of them, ' + name + ',' if len(found.first) > 1 else 'it'} was chosen{by}{minute}."


def _ranking(found: Appraised, seed: int) -> Iterator[Block]:
    firmness = found.stability(seed)
    most = found.appraisal.most
    rows = []
    for row in found.ranking:
        rank = NONE if row.rank is None else f"{row.rank}{' =' if row.tied else ''}"
        total = Cell(NONE) if row.total is None else Cell(f"{row.total:.2f}", number=row.total)
        first = firmness.get(row.option.option)
        rows.append(
            line(
                row.option.name,
                rank,
                total,
                NONE if first is None else share(first),
                row.option.description,
                row.why_not,
            )
        )
    columns = (
        col("Option", 1.5), num("Rank"), num(f"Total of {most}"), num("First under random weights"), col("What it is", 1.8), col("Why not ranked", 1.8),
    )  # fmt: skip
    yield table("Ranking", columns, rows, "ranking")


def _weighed(found: Appraised) -> Iterator[Block]:
    """What each criterion adds to the total of each option."""
    ranked = [row for row in found.ranking if row.total is not None]
    weights = dict(zip((row.criterion for row in found.criteria), found.weights.tolist(), strict=True))
    parts = {
        (row.option.option, criterion.criterion): weights[criterion.criterion]
        * (found.cell(row.option.option, criterion.criterion).mean or 0.0)
        for row in ranked
        for criterion in found.criteria
    }
    best = ranked[0]
    said = f"{best.option.name} has {best.total:.2f} of {found.appraisal.most}" + (
        f", {ranked[1].option.name} {ranked[1].total:.2f}." if len(ranked) > 1 else "."
    )
    yield Figure(
        choice_pictures.weighed(
            [row.option.name for row in ranked],
            [criterion.name for criterion in found.criteria],
            [[parts[row.option.option, each.criterion] for each in found.criteria] for row in ranked],
        ),
        said,
        f"Bars of the weighed score of each option, one part a criterion. {said} The table below holds the parts.",
    )
    columns = (col("Criterion", 2), num("Weight"), *(num(row.option.name) for row in ranked))
    rows = [_criterion(criterion.name, criterion.status, weights[criterion.criterion], [parts[row.option.option, criterion.criterion] for row in ranked]) for criterion in found.criteria]  # fmt: skip
    totals = [Cell(f"{row.total:.2f}", number=row.total) for row in ranked]
    rows.append(line("Total", share(sum(weights.values())), *totals, strong=True))
    yield table("Weighed scores", columns, rows, "weighed")


def _criterion(name: str, status: str, weight: float, amounts: list[float]) -> Row:
    said = name if status == "agreed" else f"{name} ({status})"
    return line(said, share(weight), *(Cell(f"{amount:.2f}", number=amount) for amount in amounts))


def _spread(found: Appraised) -> Iterator[Block]:
    """How far scorers agree."""
    cells = [
        (option.name, criterion.name, cell)
        for option in found.options
        for criterion in found.criteria
        if (cell := found.cell(option.option, criterion.criterion)).counted
    ]
    widest = max(cells, key=lambda each: (each[2].high or 0.0) - (each[2].low or 0.0))
    gap = (widest[2].high or 0.0) - (widest[2].low or 0.0)
    said = (
        f"Scorers differ most on {widest[1]} of {widest[0]}: {widest[2].low:g} to {widest[2].high:g} of {found.appraisal.most}."
        if gap
        else "All scorers gave the same scores."
    )
    yield Figure(
        choice_pictures.spread(
            [
                (option, criterion, cell.low or 0.0, cell.mean or 0.0, cell.high or 0.0)
                for option, criterion, cell in cells
            ],
            float(found.appraisal.most),
        ),
        said,
        f"For each option and criterion a line from the lowest to the highest score with a dot at the mean. {said} The table below holds them.",
    )
    columns = (
        col("Option", 1.4), col("Criterion", 1.6), num("Lowest"), num("Mean"), num("Highest"), num("Standard deviation"), num("Scores that count"), num("Left out"),
    )  # fmt: skip
    rows = []
    for option, criterion, cell in cells:
        deviation = NONE if cell.deviation is None else Cell(f"{cell.deviation:.2f}", number=cell.deviation)
        rows.append(
            line(option, criterion, f"{cell.low:g}", Cell(f"{cell.mean:.2f}", number=cell.mean), f"{cell.high:g}", deviation, str(len(cell.counted)), str(len(cell.excluded)))
        )  # fmt: skip
    yield table("Spread of the scores that count", columns, rows, "spread")


def _scores(found: Appraised) -> Iterator[Block]:
    """Who scored what: scores that do not count in brackets."""
    given: dict[tuple[str, str], dict[str, str]] = {}
    left_out = False
    for (option, criterion), cell in found.cells.items():
        for score in cell.counted:
            given.setdefault((score.scorer, option), {})[criterion] = f"{score.score.normalize():f}"
        for score in cell.excluded:
            given.setdefault((score.scorer, option), {})[criterion] = f"({score.score.normalize():f})"
            left_out = True
    if not given:
        yield Paragraph("Nobody has scored yet.")
        return
    names = option_names(found)
    columns = (col("Scorer", 1.4), col("Option", 1.4), *(num(row.name) for row in found.criteria))
    rows = [
        line(scorer.replace("_", " ").capitalize(), names.get(option, option), *(scores.get(row.criterion, NONE) for row in found.criteria))
        for (scorer, option), scores in sorted(given.items())
    ]  # fmt: skip
    yield table(
        "Who scored what" + ("; in brackets: does not count" if left_out else ""), columns, rows, "scores"
    )
    for conflict in found.conflicts:
        of = names.get(conflict.option, conflict.option) if conflict.option else "every option"
        yield Note(
            f"{conflict.scorer.replace('_', ' ').capitalize()} is left out of scoring {of}: {conflict.what} ({_KINDS[conflict.kind]} interest)."
        )


def _firmness(found: Appraised) -> Iterator[Block]:
    """What comes first when weights are changed."""
    if not found.first:
        return
    names = option_names(found)
    yield Subheading("How firm the ranking is")
    yield Paragraph(
        f"The same comes first in {found.holds_in} of {len(found.tried)} changes of weights that were tried."
    )
    rows = [
        line(
            row.what,
            listed([names[each] for each in row.first]),
            "as before" if row.first == found.first else "another",
        )
        for row in found.tried
    ]
    yield table(
        "Changes of weights",
        (col("What was changed", 1.6), col("Comes first", 1.6), col("Beside the ranking", 1)),
        rows,
        "tried",
    )


def choices(programme: Programme, seed: int) -> Iterator[Block]:
    """Every appraisal of a programme."""
    from leftshift.programme.appraising import appraise

    if not programme.appraisals:
        yield Paragraph("The programme has no appraisal.")
    for row in programme.appraisals:
        yield Subheading(row.name)
        yield from choice(appraise(programme, row.appraisal), seed)
