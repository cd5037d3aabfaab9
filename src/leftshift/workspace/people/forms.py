"""The form by which somebody says why they look at people."""

from __future__ import annotations

from typing import Any

from django import forms

from leftshift.workspace.people.models import PURPOSES


class WhyForm(forms.Form):
    """A purpose, and words where the purpose is another."""

    purpose = forms.ChoiceField(
        label="What do you look at people for?",
        choices=[("", "Choose a purpose"), *PURPOSES.items()],
        error_messages={"required": "Choose a purpose", "invalid_choice": "Choose a purpose from the list"},
    )
    words = forms.CharField(
        label="In your words",
        required=False,
        max_length=300,
        help_text="Needed for another purpose. It is kept for good: name nobody",
    )

    def clean(self) -> dict[str, Any]:
        """Another purpose needs words."""
        given = super().clean() or {}
        given["words"] = " ".join(str(given.get("words", "")).split())
        if given.get("purpose") == "other" and not given["words"] and "words" not in self.errors:
            self.add_error("words", "Say which purpose: it is recorded with every person you see")
        return given
