"""The addresses of the slice."""

from __future__ import annotations

from django.urls import path, register_converter

from leftshift.workspace.programme.board_urls import BOARDS
from leftshift.workspace.programme.pages import digests, public, publishing, records, reports, rooms, scoring

_AT = "places/<slug:code>/programme/"
_SHEET = f"{_AT}records/<slug:table>/"
_PROJECT = f"{_AT}projects/<slug:project>/"
_PUBLIC = "public/<slug:place>/"


class Section:
    """A room that shows a section of the same name."""

    regex = "slips|timeline|calendar|actions|risks|benefits|gates|engagement|alignment|equality"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(Section, "programme_section")
_ONE = {"projects": "project", "gates": "gate", "choices": "choice", "timeline": "plan"}

urlpatterns = [
    path(_AT, rooms.overview, name="programme"),
    path(f"{_AT}begin/", rooms.begin, name="begin-programme"),
    path(f"{_AT}check.json", rooms.document, name="programme-document"),
    path(f"{_AT}folder.zip", rooms.folder, name="programme-folder"),
    path(f"{_AT}calendar.ics", rooms.feed, name="programme-calendar"),
    path(f"{_AT}calendar/<str:token>.ics", digests.calendar, name="programme-calendar-address"),
    path(f"{_AT}digest/", digests.digest, name="programme-digest"),
    path("digests/<str:token>/", digests.stop, name="stop-digest"),
    path(f"{_AT}choices/", rooms.choices, name="programme-choices"),
    *(
        path(f"{_AT}{room}/<slug:name>/", rooms.about, {"section": section}, name=f"programme-{section}")
        for room, section in _ONE.items()
    ),
    path(f"{_AT}parts/<slug:section>/<int:at>.svg", rooms.chart, name="programme-chart"),
    path(f"{_AT}parts/<slug:section>/<slug:key>.csv", rooms.table, name="programme-table"),
    path(f"{_AT}parts/<slug:section>/<slug:name>/<int:at>.svg", rooms.chart, name="programme-one-chart"),
    path(f"{_AT}parts/<slug:section>/<slug:name>/<slug:key>.csv", rooms.table, name="programme-one-table"),
    path(f"{_PROJECT}report/", reports.write, name="write-report"),
    path(f"{_PROJECT}report/<str:month>/<int:at>.svg", reports.draft_chart, name="draft-report-chart"),
    path(f"{_PROJECT}reports/<str:month>/", reports.report, name="highlight-report"),
    path(f"{_PROJECT}reports/<str:month>/<int:at>.svg", reports.chart, name="report-chart"),
    path(f"{_AT}choices/<slug:name>/score/", scoring.score, name="score-options"),
    path(f"{_AT}gates/<slug:gate>/decide/", reports.decide, name="decide-gate"),
    path(f"{_AT}publish/", publishing.publications, name="publications"),
    path(f"{_AT}publish/<slug:kind>/<slug:key>/", publishing.publish, name="publish-findings"),
    path(f"{_AT}surveys/<slug:key>/", publishing.results, name="survey-results"),
    path(_PUBLIC, public.index, name="public"),
    path(f"{_PUBLIC}surveys/<slug:key>/", public.survey, name="public-survey"),
    path(f"{_PUBLIC}surveys/<slug:key>/thanks/", public.thanks, name="public-thanks"),
    path(f"{_PUBLIC}heard/<slug:key>/", public.heard, name="public-heard"),
    path(f"{_AT}history/", records.history, name="programme-history"),
    path(f"{_AT}take-in/", records.take_in, name="programme-take-in"),
    path(f"{_AT}programme.xlsx", records.workbook, name="programme-workbook"),
    path(f"{_AT}records/", records.records, name="programme-records"),
    path(f"{_AT}records/heading/", records.heading, name="programme-heading"),
    path(_SHEET, records.sheet, name="programme-sheet"),
    path(f"{_SHEET}rows/<slug:key>/", records.row, name="programme-row"),
    path(f"{_SHEET}fill/", records.fill, name="programme-fill"),
    path(f"{_SHEET}grid/", records.grid, name="programme-grid"),
    path(f"{_SHEET}grid/save", records.grid_save, name="programme-grid-save"),
    path(f"{_SHEET}grid/check", records.grid_check, name="programme-grid-check"),
    path(f"{_SHEET}grid/since", records.grid_since, name="programme-grid-since"),
    *BOARDS,
    path(f"{_AT}<programme_section:section>/", rooms.room, name="programme-room"),
]
