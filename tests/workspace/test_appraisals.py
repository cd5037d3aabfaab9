"""Business cases and Quality Premiums in the workspace: kept, changed, taken away; each page whole."""

from __future__ import annotations

import pytest

from tests.workspace.conftest import EXAMPLES, signed_in

pytestmark = pytest.mark.usefixtures("examples")


def test_a_case_and_a_premium_are_kept_changed_and_taken_away(database: object) -> None:
    from leftshift.workspace.fund.models import Appraisal

    mina, vera = signed_in("mina"), signed_in("vera")
    for kind, file, figure in (
        ("case", "cases/points-of-access.toml", "1,734,218"),
        ("premium", "premium/leicestershire-2016-17.toml", "£365,625"),
    ):
        text = (EXAMPLES / file).read_text()
        answer = mina.client.post(f"/places/northmoor/appraisals/new/{kind}/", {"text": text})
        assert answer.status_code == 302, answer.content.decode()[:800]
        page = vera.get(answer["Location"])
        assert figure in page
        for form in ("pdf", "docx", "html", "toml"):
            assert vera.client.get(f"{answer['Location']}document.{form}").status_code == 200
        wrong = mina.client.post(
            f"/places/northmoor/appraisals/new/{kind}/", {"text": text + "\nnonsense = 1\n"}
        )
        assert wrong.status_code == 400
        made = Appraisal.objects.filter(kind=kind).latest("pk")
        changed = mina.client.post(f"/places/northmoor/appraisals/{made.pk}/change/{kind}/", {"text": text})
        assert changed.status_code == 302
        twice = mina.client.post(f"/places/northmoor/appraisals/{made.pk}/change/{kind}/", {"text": text})
        assert twice.status_code == 400
        assert "Somebody else has changed it" in twice.content.decode()
    vera.get("/places/northmoor/appraisals/")
    assert vera.client.post("/places/northmoor/appraisals/new/case/", {"text": "x"}).status_code == 403
