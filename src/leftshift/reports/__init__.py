"""Documents made from results: words, chart specifications, drawings."""
