"""The workspace as a WSGI application."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leftshift.workspace.site.settings")
application = get_wsgi_application()
