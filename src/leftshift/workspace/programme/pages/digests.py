"""The digest of a programme: seen before it is sent, subscribed to and stopped; and the calendar address of a person."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.programme.digesting import owners
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person, person_of
from leftshift.workspace.accounts.roles import ANYONE, Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import subscribing
from leftshift.workspace.programme.actions.sending import digest_of
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.programme.pages.beginning import feed_or_404, programme_or_404, seen_of, shown_of
from leftshift.workspace.programme.presenters.looking import looked_from
from leftshift.workspace.programme.presenters.programme import address_of
from leftshift.workspace.record.acting import SYSTEM, acting


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: HttpRequest, code: str) -> HttpResponse:
    """The next digest as it would be sent, what somebody is subscribed to, and their calendar address."""
    held = programme_or_404(code)
    if request.method == "POST":
        return _change(request, held)
    looked = looked_from(request.GET)
    seen = seen_of(request, held, looked.day)
    if not seen.is_sound:
        return render(
            request, "programme/unread.jinja", shown_of(request, held, "", unread=list(seen.unread)[:100]), status=409
        )  # fmt: skip
    return render(
        request, "programme/digest.jinja", _shown(request, held, seen), status=400 if looked.wrong else 200
    )


def _shown(request: HttpRequest, held: Programme, seen: queries.Seen) -> dict[str, object]:
    account = person(request).account
    assert account is not None, "the gate lets nobody else through"
    row = queries.subscription_to(held, account.pk)
    named = owners(seen.checked.programme)
    wanted = request.GET.get("owner")
    owner = wanted if wanted is not None and (not wanted or wanted in named) else row.owner if row else ""
    found = digest_of(seen, row if row and row.owner == owner else None, owner)
    calendar = queries.calendar_address_to(held, account.pk)
    below = f"{address_of(held)}calendar/{queries.token_of(calendar)}.ics" if calendar else ""
    return shown_of(
        request, held, "", looks=True, found=found, subscription=row, owners=named, owner=owner, mail_is_off=bool(settings.MAIL_PROBLEM),
        email=account.email, as_of=seen.as_of, calendar=request.build_absolute_uri(below) if below else "",
    )  # fmt: skip


def _change(request: HttpRequest, held: Programme) -> HttpResponse:
    by, do = person(request), request.POST.get("do", "")
    try:
        if do == "subscribe":
            every, owner = request.POST.get("every", ""), request.POST.get("owner", "")
            subscribing.subscribe(held, every=every, owner=owner, by=by)
            request.session["told"] = "You get the digest. It is first sent when it has something to say."
        elif do == "unsubscribe":
            subscribing.unsubscribe(held, by=by)
            request.session["told"] = "You get no digest of this programme any more."
        elif do == "calendar":
            subscribing.make_address(held, by=by)
            request.session["told"] = (
                "Your calendar address was made. One that you had before leads nowhere now."
            )
        elif do == "end-calendar":
            subscribing.end_address(held, by=by)
            request.session["told"] = "Your calendar address leads nowhere any more."
    except subscribing.SubscribingRefused as refused:
        request.session["problem"] = f"{refused}."
    return redirect(f"{address_of(held)}digest/")


@needs(ANYONE)
@csrf_exempt  # the token alone says who asks: mail programs post it with one click, and without a page of ours
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ends a subscription for whoever holds the link of its mail; looking at the page ends nothing."""
    found = queries.subscription_of(token)
    if found is None:
        raise Http404("no such subscription")
    if request.method == "POST":
        subscribing.stop(found)
        return render(request, "programme/digest_stopped.jinja", {"ended": True})
    return render(request, "programme/digest_stopped.jinja", {"ended": found.ended_at is not None})


@needs(ANYONE)
@require_safe
def calendar(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """What is due, for the calendar program of the person whose address this is, while they may see the place."""
    found = queries.calendar_of(token)
    if found is None or found.ended_at is not None or found.programme.place.code != code:
        raise Http404("no such calendar")
    with acting(SYSTEM):
        whose = person_of(found.account)
    if not whose.may(Permission.SEE_PLAN, code):
        raise Http404("no such calendar")
    with acting(whose.number):
        seen = queries.seen(programme_or_404(code), whole=whose.may(Permission.RUN_BOARDS, code))
        text = feed_or_404(seen)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
