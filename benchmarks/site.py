"""The workspace's settings with one more page, which is empty: what pages are measured against."""

from __future__ import annotations

from leftshift.workspace.site.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.empty_page"
