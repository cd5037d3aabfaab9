"""What formulas ask of people, found out for everybody at once: one pass over each table, whatever the number of facts."""
