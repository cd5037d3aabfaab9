"""The addresses of accounts."""

from __future__ import annotations

from django.urls import path

from leftshift.workspace.accounts import pages, people_pages

urlpatterns = [
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("sign-in/code/", pages.code, name="code"),
    path("sign-in/link/<str:token>/", pages.link, name="link"),
    path("sign-in/single/", pages.sso_start, name="sso-start"),
    path("sign-in/single/back/", pages.sso_finish, name="sso-finish"),
    path("sign-out/", pages.sign_out, name="sign-out"),
    path("invitation/<str:token>/", pages.invitation, name="invitation"),
    path("account/", pages.account, name="account"),
    path("account/second-factor/", pages.second_factor, name="second-factor"),
    path("account/recovery-codes/", pages.recovery_codes, name="recovery-codes"),
    path("account/tokens/<int:number>/revoke/", pages.revoke_token, name="revoke-token"),
    path("roles/", pages.roles, name="roles"),
    path("people/", people_pages.people, name="people"),
    path("people/roles/<int:number>/end/", people_pages.end_role, name="end-role"),
    path("people/invitations/<int:number>/withdraw/", people_pages.withdraw, name="withdraw-invitation"),
    path("people/accounts/<int:number>/active/", people_pages.set_active, name="set-active"),
    path("trail/", people_pages.trail, name="trail"),
    path("trail/events.csv", people_pages.trail_file, name="trail-file"),
]
