"""The addresses of the slice."""

from __future__ import annotations

from django.urls import path

from leftshift.workspace.people.pages import cohorts, lists, looks

_PEOPLE = "places/<slug:code>/people/"

urlpatterns = [
    path(_PEOPLE, cohorts.cohort, name="people-cohort"),
    path(f"{_PEOPLE}releases/<int:number>/charts/<int:at>.svg", cohorts.chart, name="people-chart"),
    path(f"{_PEOPLE}releases/<int:number>/tables/<slug:name>.csv", cohorts.table, name="people-table"),
    path(f"{_PEOPLE}reason/", lists.reason, name="people-reason"),
    path(f"{_PEOPLE}list/", lists.people, name="people-list"),
    path(f"{_PEOPLE}list/<slug:key>/", lists.person_of_list, name="people-person"),
    path(f"{_PEOPLE}access/", looks.looks, name="people-access"),
    path(f"{_PEOPLE}access/<slug:key>/", looks.look, name="people-access-view"),
]
