"""The addresses of the ledger of a fund."""

from __future__ import annotations

from django.urls import path

from leftshift.workspace.fund.pages import ledger, ledger_extracts, ledger_holds, ledger_sharing

_AT = "places/<slug:code>/funds/<slug:fund>/ledger/"
_HOLD = f"{_AT}holds/<slug:hold>/"

LEDGER = [
    path(_AT, ledger.statement, name="fund-ledger"),
    path(f"{_AT}statement.svg", ledger.chart, name="fund-ledger-chart"),
    path(f"{_AT}entries/", ledger.entries, name="fund-ledger-entries"),
    path(f"{_AT}entries/<int:entry>/", ledger.entry, name="fund-ledger-entry"),
    path(f"{_AT}trial-balance/", ledger.trial_balance, name="fund-ledger-trial-balance"),
    path(f"{_AT}closes/", ledger.closes, name="fund-ledger-closes"),
    path(f"{_AT}tables/<slug:name>.csv", ledger.table, name="fund-ledger-table"),
    path(f"{_AT}post/", ledger.verbs, name="fund-ledger-verbs"),
    path(f"{_AT}post/<slug:verb>/", ledger.post, name="fund-ledger-post"),
    path(f"{_AT}holds/", ledger_holds.holds, name="fund-ledger-holds"),
    path(_HOLD, ledger_holds.hold, name="fund-ledger-hold"),
    path(f"{_HOLD}release/", ledger_holds.release, name="fund-ledger-release"),
    path(f"{_HOLD}review/", ledger_holds.review, name="fund-ledger-review"),
    path(f"{_AT}sharing/", ledger_sharing.sharing, name="fund-ledger-sharing"),
    path(f"{_AT}sharing/post/", ledger_sharing.post, name="fund-ledger-sharing-post"),
    path(f"{_AT}reconciling/", ledger_extracts.extracts, name="fund-ledger-extracts"),
    path(f"{_AT}reconciling/new/", ledger_extracts.new_extract, name="fund-ledger-new-extract"),
    path(f"{_AT}reconciling/<int:number>/", ledger_extracts.extract, name="fund-ledger-extract"),
]
