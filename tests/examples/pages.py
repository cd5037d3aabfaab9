"""The pages of docs/method as worked examples."""

from __future__ import annotations

from tests.examples.page_activity import ACTIVITY
from tests.examples.page_do_nothing import DO_NOTHING
from tests.examples.page_drivers import DRIVERS
from tests.examples.page_forms import CONTRACT_FORMS
from tests.examples.page_rules import RULES
from tests.examples.page_switches import SWITCHES
from tests.examples.page_timing import TIMING

PAGES = (DO_NOTHING, SWITCHES, CONTRACT_FORMS, RULES, TIMING, DRIVERS, ACTIVITY)
