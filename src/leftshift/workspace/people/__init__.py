"""The slice of people: cohorts as they may be shown, lists of people found by scores, and who looked at them."""
