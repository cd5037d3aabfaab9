"""The addresses of what slices share."""

from __future__ import annotations

from django.urls import path

from leftshift.workspace.shared import job_pages

urlpatterns = [
    path("jobs/", job_pages.all_jobs, name="jobs"),
    path("jobs/<int:number>/", job_pages.job, name="job"),
    path("jobs/<int:number>/cancel/", job_pages.cancel, name="cancel-job"),
]
