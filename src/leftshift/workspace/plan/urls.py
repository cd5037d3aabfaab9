"""The addresses of the slice."""

from __future__ import annotations

from django.urls import path

from leftshift.workspace.plan import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("places/<slug:code>/", pages.place, name="place"),
    path("places/<slug:code>/overview/<slug:year>/", pages.overview, name="overview"),
    path("places/<slug:code>/organisations/<slug:year>/", pages.organisations, name="organisations"),
    path("places/<slug:code>/impact/<slug:year>/", pages.impact, name="impact"),
    path("places/<slug:code>/tie-out/<slug:year>/", pages.tie_out, name="tie-out"),
    path("places/<slug:code>/charts/<slug:name>/<slug:year>.svg", pages.chart, name="chart"),
    path("places/<slug:code>/tables/<slug:room>/<slug:name>/<slug:year>.csv", pages.table, name="table"),
]
