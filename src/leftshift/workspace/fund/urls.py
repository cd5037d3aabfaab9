"""The addresses of the slice."""

from __future__ import annotations

from django.urls import path

from leftshift.workspace.fund.ledger_urls import LEDGER
from leftshift.workspace.fund.pages import appraisals, funds, returns, sheets, signing

_FUNDS = "places/<slug:code>/funds/"
_FUND = f"{_FUNDS}<slug:fund>/"
_SHEET = f"{_FUND}plan/<slug:table>/"
_APPRAISALS = "places/<slug:code>/appraisals/"
_APPRAISAL = f"{_APPRAISALS}<int:number>/"
_RETURN = f"{_FUND}returns/<int:number>/"

urlpatterns = [
    path(_FUNDS, funds.funds, name="funds"),
    path(f"{_FUNDS}new/", funds.new_fund, name="new-fund"),
    path(_FUND, funds.fund, name="fund"),
    path(f"{_FUND}balances/", funds.balances, name="fund-balances"),
    path(f"{_FUND}parts/<slug:section>/", funds.part, name="fund-part"),
    path(f"{_FUND}parts/<slug:section>/<int:at>.svg", funds.chart, name="fund-chart"),
    path(f"{_FUND}parts/<slug:section>/<slug:name>.csv", funds.table, name="fund-table"),
    path(f"{_FUND}roll/", funds.roll, name="fund-roll"),
    path(f"{_FUND}rolled/", funds.rolled, name="fund-rolled"),
    path(f"{_FUND}history/", sheets.history, name="fund-history"),
    path(f"{_FUND}take-in/", funds.take_in, name="fund-take-in"),
    path(f"{_FUND}check.json", funds.document, name="fund-document"),
    path(f"{_FUND}folder.zip", funds.folder, name="fund-folder"),
    path(f"{_FUND}template.xlsx", funds.template, name="fund-template"),
    path(f"{_FUND}plan/", sheets.plan, name="fund-plan"),
    path(f"{_FUND}plan/heading/", sheets.heading, name="fund-heading"),
    path(_SHEET, sheets.sheet, name="fund-sheet"),
    path(f"{_SHEET}rows/<slug:key>/", sheets.row, name="fund-row"),
    path(f"{_SHEET}fill/", sheets.fill, name="fund-fill"),
    path(f"{_SHEET}grid/", sheets.grid, name="fund-grid"),
    path(f"{_SHEET}grid/save", sheets.grid_save, name="fund-grid-save"),
    path(f"{_SHEET}grid/check", sheets.grid_check, name="fund-grid-check"),
    path(f"{_SHEET}grid/since", sheets.grid_since, name="fund-grid-since"),
    path(f"{_FUND}sign/", signing.sign_off, name="fund-sign-off"),
    path(f"{_FUND}sign/sign/", signing.sign, name="fund-sign"),
    path(f"{_FUND}sign/submit/", signing.submit, name="fund-submit"),
    path(f"{_FUND}sign/<int:number>/ratify/", signing.ratify, name="fund-ratify"),
    path(f"{_FUND}returns/", returns.returns, name="fund-returns"),
    path(f"{_FUND}returns/prepare/", returns.prepare, name="fund-prepare-return"),
    path(_APPRAISALS, appraisals.appraisals, name="appraisals"),
    path(f"{_APPRAISALS}new/<slug:kind>/", appraisals.write, name="new-appraisal"),
    path(_APPRAISAL, appraisals.appraisal, name="appraisal"),
    path(f"{_APPRAISAL}change/<slug:kind>/", appraisals.write, name="change-appraisal"),
    path(f"{_APPRAISAL}<int:at>.svg", appraisals.chart, name="appraisal-chart"),
    path(f"{_APPRAISAL}tables/<slug:name>.csv", appraisals.table, name="appraisal-table"),
    path(f"{_APPRAISAL}document.<slug:kind>", appraisals.document, name="appraisal-document"),
    path(_RETURN, returns.one, name="fund-return"),
    path(f"{_RETURN}step/", returns.step, name="fund-return-step"),
    path(f"{_RETURN}return.xlsx", returns.workbook, name="fund-return-workbook"),
    path(f"{_RETURN}return.json", returns.document, name="fund-return-document"),
    *LEDGER,
]
