"""The addresses of the slice."""

from __future__ import annotations

from django.urls import path

from leftshift.workspace.decide.pages import studies
from leftshift.workspace.shared import addresses as addresses  # registers <place:…>

urlpatterns = [
    path("places/<place:code>/studies/", studies.studies, name="studies"),
    path("places/<place:code>/studies/new/<slug:kind>/", studies.new_study, name="new-study"),
    path("places/<slug:code>/studies/<int:number>/", studies.study, name="study"),
    path(
        "places/<slug:code>/studies/<int:number>/charts/<int:at>.svg", studies.study_chart, name="study-chart"
    ),
    path(
        "places/<slug:code>/studies/<int:number>/tables/<slug:name>.csv",
        studies.study_table,
        name="study-table",
    ),
    path("places/<slug:code>/studies/<int:number>/study.json", studies.study_document, name="study-document"),
]
