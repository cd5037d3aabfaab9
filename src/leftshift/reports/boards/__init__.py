"""Documents of a board: the pack of a meeting in HTML and PDF with the same page numbers, its minutes, its register and record."""

from leftshift.reports.boards.laying_out import LaidOut, lay_out
from leftshift.reports.boards.minutes import minutes_report
from leftshift.reports.boards.pack import BoardPack, board_pack, has_exempt_part
from leftshift.reports.boards.record import record_report
from leftshift.reports.boards.register import register_report

__all__ = [
    "BoardPack",
    "LaidOut",
    "board_pack",
    "has_exempt_part",
    "lay_out",
    "minutes_report",
    "record_report",
    "register_report",
]
