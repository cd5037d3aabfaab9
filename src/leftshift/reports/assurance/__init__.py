"""Quality assurance of a plan, as the Aqua Book of HM Treasury asks for it: made from the plan and nothing else."""

from __future__ import annotations

from leftshift.reports.assurance.assessing import MasterCheck, SignOff
from leftshift.reports.assurance.content import assurance_report
from leftshift.reports.assurance.quality import Quality, quality_of

__all__ = ["MasterCheck", "Quality", "SignOff", "assurance_report", "quality_of"]
