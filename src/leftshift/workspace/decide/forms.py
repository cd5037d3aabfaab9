"""The forms by which studies are asked for: one a kind, with what is usual filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from leftshift.economy.choosing.asking import ask
from leftshift.economy.choosing.parameters import parameter as parameter_of_choice
from leftshift.economy.choosing.reading import question_of
from leftshift.economy.choosing.starting import new_question
from leftshift.economy.uncertainty.figures import usual
from leftshift.foundation.faults import FaultsFound
from leftshift.model import PlanResult
from leftshift.place.levers import levers_of
from leftshift.place.scenarios import STRESS
from leftshift.workspace.shared.limits import parameter

_METHODS = (("sobol", "Sobol: evenly spread, needs fewer draws"), ("latin_hypercube", "Latin hypercube"))


class StudyForm(forms.Form):
    """What every study is asked with: the plan that it is about gives its choices."""

    def __init__(self, result: PlanResult, *posted: Any) -> None:
        super().__init__(*posted)
        self.result = result
        self.offer()

    def offer(self) -> None:
        """Fill in the choices that the plan gives."""

    def question(self) -> dict[str, Any]:
        """What was asked, as it is kept."""
        return dict(self.cleaned_data)

    def _offer_position(self) -> None:
        place = self.result.place
        years = [year.label for year in self.result.years]
        bodies = [("", place.perimeter), *((row.code, row.name) for row in place.organisations)]
        year, whose = self.fields["year"], self.fields["organisation"]
        assert isinstance(year, forms.ChoiceField)
        assert isinstance(whose, forms.ChoiceField)
        year.choices = [(label, label) for label in reversed(years)]
        whose.choices = bodies


def _draws(name: str) -> forms.IntegerField:
    return forms.IntegerField(
        label="Draws",
        min_value=1,
        max_value=parameter("study", "draws"),
        initial=usual(name),
        help_text=f"At most {parameter('study', 'draws'):,}",
    )


def _seed() -> forms.IntegerField:
    return forms.IntegerField(
        label="Seed",
        min_value=0,
        max_value=2**31,
        initial=usual("seed"),
        help_text="The same seed gives the same draws",
    )


class Simulate(StudyForm):
    """How sure is the plan."""

    draws = _draws("draws")
    seed = _seed()
    method = forms.ChoiceField(label="How draws are spread", choices=_METHODS)
    until_stable = forms.BooleanField(label="Stop when the interval is stable", required=False)


class WhatMatters(StudyForm):
    """Each uncertain quantity alone, and its share of the variance."""

    organisation = forms.ChoiceField(label="Whose closing position", required=False)
    year = forms.ChoiceField(label="Year")
    draws = _draws("draws_of_shares")
    seed = _seed()

    def offer(self) -> None:
        """Years and organisations of the plan."""
        self._offer_position()


class StressTest(StudyForm):
    """Shocks alone and together."""

    shocks = forms.MultipleChoiceField(label="Shocks", widget=forms.CheckboxSelectMultiple)
    year = forms.ChoiceField(label="Year")

    def offer(self) -> None:
        """The scenarios of the plan, those of kind stress chosen."""
        shocks, year = self.fields["shocks"], self.fields["year"]
        assert isinstance(shocks, forms.MultipleChoiceField)
        assert isinstance(year, forms.ChoiceField)
        shocks.choices = [(row.code, row.name) for row in self.result.place.scenarios]
        shocks.initial = [row.code for row in self.result.place.scenarios if row.kind == STRESS]
        year.choices = [(each.label, each.label) for each in reversed(self.result.years)]


class GoalSeek(StudyForm):
    """Which value of one input closes the gap."""

    input = forms.ChoiceField(label="Input to turn")
    organisation = forms.ChoiceField(label="Whose closing position", required=False)
    year = forms.ChoiceField(label="Year")

    def offer(self) -> None:
        """The levers of the plan, and a common delivery."""
        self._offer_position()
        inputs = self.fields["input"]
        assert isinstance(inputs, forms.ChoiceField)
        inputs.choices = [
            ("delivery", "Delivery of every intervention alike"),
            *((key, lever.name) for key, lever in levers_of(self.result.place).items()),
        ]


class ChoosePortfolio(StudyForm):
    """The best choice of interventions within limits."""

    question_text = forms.CharField(
        label="The question", widget=forms.Textarea, help_text="Objective, choices and limits, as TOML"
    )
    draws = _draws("draws")
    seed = _seed()

    def offer(self) -> None:
        """A question to start from, with everything that can be asked in its comments."""
        self.fields["question_text"].initial = new_question(self.result.place)
        self.fields["draws"].initial = int(parameter_of_choice("draws"))

    def clean_question_text(self) -> str:
        """The question, with everything that is wrong with it told at once."""
        text: str = self.cleaned_data["question_text"].replace("\r\n", "\n")
        try:
            ask(question_of(text, "the question"), self.result.place)
        except FaultsFound as found:
            raise forms.ValidationError([str(fault) for fault in found.faults]) from found
        return text

    def question(self) -> dict[str, Any]:
        """What was asked, as it is kept."""
        given = dict(self.cleaned_data)
        return {"question": given.pop("question_text"), **given}


FORMS: Mapping[str, type[StudyForm]] = {
    "simulate": Simulate,
    "sensitivity": WhatMatters,
    "stress": StressTest,
    "goal": GoalSeek,
    "portfolio": ChoosePortfolio,
}
