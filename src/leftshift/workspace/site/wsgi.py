"""The workspace as a WSGI application, for a server of one's own: docs/guide/operation.md."""

from __future__ import annotations

import logging
import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leftshift.workspace.site.settings")


def _check_surroundings() -> None:
    """Refuse a key that everybody knows; warn of a role that may more than it should."""
    from leftshift.workspace.site.operating import KEY, dangers_now

    if not os.environ.get(KEY):
        raise ImproperlyConfigured(f"{KEY} is not set: sessions and sealed secrets would be anybody's")
    log = logging.getLogger("leftshift.start")
    try:
        for words in dangers_now():
            log.error(words)
    except DatabaseError:
        log.error("The database does not answer; pages wait for it.")


application = get_wsgi_application()
_check_surroundings()
