"""Reports of measures: charts, icons and the pages made of them."""

TITLE, SAVINGS_TITLE = "Measures: is it working?", "Savings register"
