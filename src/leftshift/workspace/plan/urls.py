"""The addresses of the slice."""

from __future__ import annotations

from django.urls import path

from leftshift.workspace.plan.pages import (
    capacity,
    comments,
    drafts,
    importing,
    measures,
    packs,
    quality,
    review,
    rooms,
    what_if,
)
from leftshift.workspace.shared import addresses as addresses  # registers <place:…>

urlpatterns = [
    path("", rooms.home, name="home"),
    path("places/<place:code>/", rooms.place, name="place"),
    path("places/<slug:code>/draft/", drafts.draft, name="draft"),
    path("places/<slug:code>/draft/history/", drafts.history, name="draft-history"),
    path("places/<slug:code>/draft/files/<path:file>", drafts.text, name="draft-text"),
    path("places/<slug:code>/draft/tables/<slug:table>/", drafts.table, name="draft-table"),
    path("places/<slug:code>/draft/tables/<slug:table>/save", drafts.save, name="draft-save"),
    path("places/<slug:code>/draft/tables/<slug:table>/check", drafts.check, name="draft-check"),
    path("places/<slug:code>/draft/tables/<slug:table>/since", drafts.since, name="draft-since"),
    path("places/<place:code>/review/", review.review, name="review"),
    path("import/", importing.import_plan, name="import"),
    path("places/<place:code>/workbook.xlsx", importing.workbook, name="workbook"),
    path("places/<place:code>/quality/", quality.quality, name="quality"),
    path("places/<place:code>/quality/report.<slug:kind>", quality.document, name="quality-document"),
    path("places/<place:code>/packs/", packs.packs, name="packs"),
    path("places/<place:code>/packs/new/", packs.new_pack, name="new-pack"),
    path("places/<slug:code>/packs/<int:number>/", packs.pack, name="pack"),
    path("places/<slug:code>/packs/<int:number>/pack.<slug:kind>", packs.pack_file, name="pack-file"),
    path("mentions/", comments.mentions, name="mentions"),
    path("places/<place:code>/comments/", comments.comments, name="comments"),
    path("places/<place:code>/what-if/<slug:year>/", what_if.what_if, name="what-if"),
    path("places/<place:code>/what-if/<slug:year>/keep", what_if.keep, name="what-if-keep"),
    path("places/<place:code>/scenarios/<slug:year>/", rooms.scenarios, name="scenarios"),
    path("places/<place:code>/compare/<slug:year>/", rooms.compare, name="compare"),
    path("places/<place:code>/why/<slug:name>/<slug:year>/", rooms.why, name="why"),
    path("places/<place:code>/inputs/<slug:table>/<int:number>/<slug:year>/", rooms.inputs, name="inputs"),
    path("places/<place:code>/capacity/<slug:year>/", capacity.capacity, name="capacity"),
    path(
        "places/<place:code>/capacity/<slug:subject>/<slug:year>/", capacity.subject, name="capacity-subject"
    ),
    path("places/<place:code>/control/<slug:year>/", capacity.control, name="control"),
    path("places/<place:code>/measures/", measures.measures, name="measures"),
    path(
        "places/<place:code>/measures/savings-register/",
        measures.worth,
        {"what": "savings-register"},
        name="savings",
    ),
    path(
        "places/<place:code>/measures/reaching-others/",
        measures.worth,
        {"what": "reaching-others"},
        name="opportunities",
    ),
    path("places/<slug:code>/measures/load-figures/", measures.load, name="load-figures"),
    path("places/<place:code>/measures/<slug:measure>/", measures.measure, name="measure"),
    path(
        "places/<place:code>/charts/measures/<slug:measure>/<int:at>.svg",
        measures.chart,
        name="measure-chart",
    ),
    path(
        "places/<place:code>/files/measures/<slug:measure>/<slug:name>.<slug:kind>",
        measures.table,
        name="measure-table",
    ),
    path(
        "places/<place:code>/charts/capacity/<slug:subject>/<slug:year>/<int:at>.svg",
        capacity.chart,
        name="capacity-chart",
    ),
    path("places/<place:code>/charts/why/<slug:name>/<slug:year>.svg", rooms.why_chart, name="why-chart"),
    path("places/<place:code>/charts/compare/<slug:year>.svg", rooms.compare_chart, name="compare-chart"),
    path("places/<place:code>/charts/<slug:name>/<slug:year>.svg", rooms.chart, name="chart"),
    path(
        "places/<place:code>/tables/<slug:room>/<slug:name>/<slug:year>.csv",
        rooms.table,
        {"kind": "csv"},
        name="table",
    ),
    path(
        "places/<place:code>/tables/<slug:room>/<slug:name>/<slug:year>.xlsx",
        rooms.table,
        {"kind": "xlsx"},
        name="table-workbook",
    ),
    path("places/<place:code>/tables.xlsx", rooms.tables, name="tables"),
    path("places/<place:code>/<slug:room>/<slug:year>/", rooms.room, name="room"),
]
