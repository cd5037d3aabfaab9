"""The words in which scores and cohorts are defined: formulas over facts of a person, and lists of codes."""
