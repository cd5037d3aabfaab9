"""Import a plan: a workbook, a zip, or the files of a folder."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.workbooks.writing import TOO_MANY, write_workbook
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions.importing import TooOften, ask_to_import, folder_as_zip
from leftshift.workspace.plan.pages.rooms import viewed_or_404
from leftshift.workspace.shared.jobs import parameter

_MOST_FILES = 200


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_plan(request: HttpRequest) -> HttpResponse:
    """Ask for the file, and put its import into the queue."""
    problem = ""
    if request.method == "POST":
        files = [(file.name or "", file) for file in request.FILES.getlist("files")]
        limit = parameter("upload", "megabytes") * 1_000_000
        if not files:
            problem = "Choose a workbook, a zip, or the files of a folder."
        elif sum(file.size or 0 for _, file in files) > limit or len(files) > _MOST_FILES:
            problem = (
                f"That is too much: at most {parameter('upload', 'megabytes')} MB and {_MOST_FILES} files."
            )
        else:
            read = [(name, file.read()) for name, file in files]
            alone = len(read) == 1 and not read[0][0].endswith((".csv", ".toml"))
            name, content = read[0] if alone else ("folder.zip", folder_as_zip(read))
            key = request.POST.get("key", "")[:64] or uuid4().hex
            try:
                job = ask_to_import(
                    name, content, by=person(request), key=f"import {person(request).number} {key}"
                )
                return redirect("job", number=job.pk)
            except TooOften as refused:
                problem = str(refused)
    shown = {"problem": problem, "key": uuid4().hex, "megabytes": parameter("upload", "megabytes")}
    return render(request, "plan/import.jinja", shown, status=400 if problem else 200)


@needs(Permission.SEE_PLAN)
@require_safe
def workbook(request: HttpRequest, code: str) -> HttpResponse:
    """A version as one workbook that can be edited and imported again."""
    viewed = viewed_or_404(code)
    texts = viewed.version.document
    if viewed.scenarios:
        texts = queries.model_of(viewed.version.pk).scenario(*viewed.scenarios).document()
    response = HttpResponse(
        _book(texts),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    name = f"{viewed.version.place.code}-version-{viewed.version.number}"
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _book(texts: Mapping[str, str]) -> bytes:
    """The workbook with live formulas; the inputs alone, which its contents say, where a plan would need too many."""
    try:
        return write_workbook(texts)
    except FaultsFound as found:
        if any(fault.kind == TOO_MANY for fault in found.faults):
            return write_workbook(texts, live=False)
        raise
