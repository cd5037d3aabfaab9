"""A programme: data only, from the texts of its folder and back. What it means is worked out elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.place.folders import Kind, canonical_text, kind_of, read_texts, texts_of, texts_to_write
from leftshift.place.place import Place
from leftshift.place.reading import PLACE_FILE
from leftshift.programme import benefit_rows, choice_rows, engagement_rows, raid_rows, work_rows
from leftshift.programme.boards import rows
from leftshift.programme.boards.boards import Boards

if TYPE_CHECKING:
    from leftshift.programme.checking import CheckedProgramme

ENGLAND = "england"
FOLDER = "programme"
"""Where a programme stands in the folder of its place."""
_SCHEMAS = (
    "schema.toml",
    "schema_raid.toml",
    "schema_benefits.toml",
    "schema_choice.toml",
    "schema_engagement.toml",
    "boards/schema.toml",
)
ROW_TYPES = {
    **work_rows.ROW_TYPES,
    **raid_rows.ROW_TYPES,
    **benefit_rows.ROW_TYPES,
    **choice_rows.ROW_TYPES,
    **engagement_rows.ROW_TYPES,
    **rows.ROW_TYPES,
}


@cache
def programme_kind() -> Kind:
    """The schema of a programme."""
    return kind_of("programme", "leftshift.programme", _SCHEMAS, ROW_TYPES)


@dataclass(frozen=True)
class Programme:
    """A programme of a place: its work, benefits, risks, gates, choices, boards and engagement.

    Tables are tuples of frozen rows in the order of their file; that order never changes a result.
    """

    code: str
    name: str
    place: str = ""
    nation: str = ""
    scale: str = ""
    looked_at: str = ""
    description: str = ""
    objectives: tuple[work_rows.Objective, ...] = ()
    workstreams: tuple[work_rows.Workstream, ...] = ()
    projects: tuple[work_rows.Project, ...] = ()
    project_interventions: tuple[work_rows.ProjectIntervention, ...] = ()
    milestones: tuple[work_rows.Milestone, ...] = ()
    dependencies: tuple[work_rows.Dependency, ...] = ()
    actions: tuple[work_rows.Action, ...] = ()
    overrides: tuple[work_rows.Override, ...] = ()
    changes: tuple[work_rows.Change, ...] = ()
    highlights: tuple[work_rows.Highlight, ...] = ()
    scales: tuple[raid_rows.ScaleScore, ...] = ()
    bands: tuple[raid_rows.ScaleBand, ...] = ()
    risks: tuple[raid_rows.Risk, ...] = ()
    risk_scores: tuple[raid_rows.RiskScore, ...] = ()
    log: tuple[raid_rows.LogEntry, ...] = ()
    benefits: tuple[benefit_rows.Benefit, ...] = ()
    benefit_profile: tuple[benefit_rows.PlannedBenefit, ...] = ()
    benefit_actuals: tuple[benefit_rows.BroughtBenefit, ...] = ()
    gates: tuple[benefit_rows.Gate, ...] = ()
    gate_questions: tuple[benefit_rows.GateQuestion, ...] = ()
    gate_evidence: tuple[benefit_rows.GateEvidence, ...] = ()
    gate_assessments: tuple[benefit_rows.GateAssessment, ...] = ()
    gate_decisions: tuple[benefit_rows.GateDecision, ...] = ()
    gate_options: tuple[benefit_rows.GateOption, ...] = ()
    appraisals: tuple[choice_rows.Appraisal, ...] = ()
    criteria: tuple[choice_rows.Criterion, ...] = ()
    options: tuple[choice_rows.Option, ...] = ()
    scorers: tuple[choice_rows.Scorer, ...] = ()
    conflicts: tuple[choice_rows.Conflict, ...] = ()
    scores: tuple[choice_rows.Score, ...] = ()
    themes: tuple[engagement_rows.Theme, ...] = ()
    alignment: tuple[engagement_rows.Alignment, ...] = ()
    stakeholders: tuple[engagement_rows.Stakeholder, ...] = ()
    contacts: tuple[engagement_rows.Contact, ...] = ()
    engagements: tuple[engagement_rows.Engagement, ...] = ()
    responses: tuple[engagement_rows.Response, ...] = ()
    said_and_did: tuple[engagement_rows.SaidAndDid, ...] = ()
    surveys: tuple[engagement_rows.Survey, ...] = ()
    survey_questions: tuple[engagement_rows.SurveyQuestion, ...] = ()
    assessments: tuple[engagement_rows.Assessment, ...] = ()
    impacts: tuple[engagement_rows.Impact, ...] = ()
    bodies: tuple[rows.Body, ...] = ()
    quorum_classes: tuple[rows.QuorumClass, ...] = ()
    members: tuple[rows.Member, ...] = ()
    interests: tuple[rows.Interest, ...] = ()
    meetings: tuple[rows.Meeting, ...] = ()
    forward_plan: tuple[rows.Topic, ...] = ()
    agenda: tuple[rows.AgendaItem, ...] = ()
    papers: tuple[rows.Paper, ...] = ()
    paper_parts: tuple[rows.PaperPart, ...] = ()
    paper_risks: tuple[rows.PaperRisk, ...] = ()
    attendance: tuple[rows.Attendance, ...] = ()
    declarations: tuple[rows.Declaration, ...] = ()
    decisions: tuple[rows.Decision, ...] = ()
    questions: tuple[rows.Question, ...] = ()
    closures: tuple[rows.Closure, ...] = ()

    @property
    def day(self) -> date | None:
        """The day from which a programme of the past is looked at; None for today."""
        try:
            return date.fromisoformat(self.looked_at) if self.looked_at else None
        except ValueError:
            return None

    @cached_property
    def boards(self) -> Boards:
        """The boards of the programme."""
        tables = {name: getattr(self, name) for name in rows.ROW_TYPES}
        return Boards.of(tables, nation=self.nation or ENGLAND, name=self.name)

    @property
    def heading(self) -> Mapping[str, str]:
        """What programme.toml says."""
        return {name: getattr(self, name) for name in programme_kind().heading}

    @property
    def tables(self) -> Mapping[str, tuple[Any, ...]]:
        """The rows of every table."""
        return {name: getattr(self, name) for name in programme_kind().schema.tables}

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the content: it depends on neither the order of rows nor the spelling of cells."""
        return hashlib.sha256(
            canonical_text(programme_kind(), self.heading, self.tables).encode()
        ).hexdigest()

    @cached_property
    def project(self) -> Mapping[str, work_rows.Project]:
        """Projects by their short names."""
        return {row.project: row for row in self.projects}

    @cached_property
    def cancelled(self) -> Collection[str]:
        """Short names of the projects that were cancelled: nobody waits for what they have not reached."""
        return {row.project for row in self.projects if row.state == "cancelled"}

    @cached_property
    def milestone(self) -> Mapping[str, work_rows.Milestone]:
        """Milestones by their short names."""
        return {row.milestone: row for row in self.milestones}

    def check(self, as_of: date, place: Place | None = None) -> CheckedProgramme:
        """How everything stands on a day, with every fault; what it names of its place is looked up where that is given."""
        from leftshift.programme.checking import CheckedProgramme

        return CheckedProgramme(self, as_of, place)

    def with_tables(self, **tables: Sequence[Any]) -> Programme:
        """The programme with other rows in some tables."""
        changed: dict[str, Any] = {name: tuple(found) for name, found in tables.items()}
        return replace(self, **changed)

    def texts(self) -> dict[str, str]:
        """File name to text, as a folder of the programme holds it."""
        return texts_to_write(programme_kind(), self.heading, self.tables)


@dataclass(frozen=True)
class ProgrammeRead:
    """The programme as far as it could be read, and its faults."""

    programme: Programme | None
    faults: Faults


def read_programme_texts(texts: Mapping[str, str]) -> ProgrammeRead:
    """A programme from the texts of its files; every fault of them at once."""
    found = read_texts(texts, programme_kind())
    needed = {name for name, entry in programme_kind().heading.items() if entry["required"]}
    if not needed <= set(found.heading):
        return ProgrammeRead(None, found.faults)
    known = {entry.name for entry in fields(Programme)}
    heading = {name: value for name, value in found.heading.items() if name in known}
    return ProgrammeRead(Programme(**heading, **found.tables), found.faults)


def read_programme(folder: Path | str) -> Programme:
    """A programme from its folder, or from the folder of the place that it stands in.

    Raises FaultsFound with every fault of its files.
    """
    folder = Path(folder)
    inside = folder / FOLDER
    at = inside if inside.is_dir() and not (folder / programme_kind().file).is_file() else folder
    if at is folder and (folder / PLACE_FILE).is_file() and not (folder / programme_kind().file).is_file():
        expected, action = (
            f"a folder {FOLDER} in the folder of the place",
            "Add it: leftshift programme schema says what it holds",
        )
        missing = Faults()
        missing.add(
            Fault("missing folder", folder.name, None, None, "a place without a programme", expected, action)
        )
        raise FaultsFound(missing)
    texts, faults = texts_of(at, programme_kind())
    found = read_programme_texts(texts) if texts or not faults else ProgrammeRead(None, Faults())
    faults.add_all(found.faults)
    faults.raise_if_any()
    assert found.programme is not None, "a programme without faults has a heading"
    return found.programme
