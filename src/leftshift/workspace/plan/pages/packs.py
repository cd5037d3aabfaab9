"""Board packs of a place: the list, the form, and each pack with its files."""

from __future__ import annotations

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.actions.packing import ask_for_pack
from leftshift.workspace.plan.models import BoardPack
from leftshift.workspace.plan.pages.rooms import viewed_or_404
from leftshift.workspace.plan.presenters import packs as words

FORMS = {
    "pdf": ("PDF", "application/pdf"),
    "docx": ("Word document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "html": ("HTML page", "text/html; charset=utf-8"),
}


@needs(Permission.SEE_PLAN)
@require_safe
def packs(request: HttpRequest, code: str) -> HttpResponse:
    """Every pack of a place, newest first."""
    viewed = viewed_or_404(code)
    place = viewed.version.place
    found = BoardPack.objects.filter(version__place=place).select_related("version").prefetch_related("files")
    shown = {
        "code": place.code,
        "name": viewed.result["name"],
        "packs": found,
        "may_make": person(request).may(Permission.MAKE_PACK, place.code),
    }
    return render(request, "plan/packs.jinja", shown)


@needs(Permission.MAKE_PACK)
@require_http_methods(["GET", "HEAD", "POST"])
def new_pack(request: HttpRequest, code: str) -> HttpResponse:
    """The form; ``like`` starts from the words of an earlier pack."""
    viewed = viewed_or_404(code)
    years = viewed.result["years"]
    if request.method == "POST":
        given = words.words_of_form(request.POST.dict())
        key = f"pack {person(request).number} {request.POST.get('key', '')[:64] or uuid4().hex}"
        try:
            job = ask_for_pack(viewed, given, as_of=timezone.localdate(), by=person(request), key=key)
            return redirect("job", number=job.pk)
        except FaultsFound as found:
            return _form(request, viewed.version.place.code, words.pack_form(given, years, found.faults), 400)
    like = request.GET.get("like", "")
    earlier = None
    if like.isascii() and like.isdecimal() and len(like) < 10:
        earlier = BoardPack.objects.filter(pk=int(like), version__place=viewed.version.place_id).first()
    return _form(
        request, viewed.version.place.code, words.pack_form(earlier.words if earlier else {}, years), 200
    )


def _form(request: HttpRequest, code: str, form: words.PackForm, status: int) -> HttpResponse:
    shown = {"code": code, "form": form, "key": uuid4().hex}
    return render(request, "plan/new_pack.jinja", shown, status=status)


@needs(Permission.SEE_PLAN)
@require_safe
def pack(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A pack with its files and their digests."""
    found = _pack(code, number)
    files = [
        (FORMS[file.form][0], file.form, len(file.content), file.digest)
        for file in found.files.order_by("-form")
    ]
    return render(request, "plan/pack.jinja", {"code": code, "pack": found, "files": files})


@needs(Permission.SEE_PLAN)
@require_safe
def pack_file(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    """One of the files of a pack, as it was made."""
    file = _pack(code, number).files.filter(form=kind).first()
    if file is None or kind not in FORMS:
        raise Http404("no such file")
    response = HttpResponse(bytes(file.content), content_type=FORMS[kind][1])
    response["Content-Disposition"] = f'attachment; filename="{code}-board-pack-{number}.{kind}"'
    response["ETag"] = f'"{file.digest}"'
    return response


def _pack(code: str, number: int) -> BoardPack:
    found = (
        BoardPack.objects.filter(pk=number, version__place__code=code)
        .select_related("version__place")
        .first()
    )
    if found is None:
        raise Http404("no such pack")
    return found
