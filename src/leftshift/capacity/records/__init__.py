"""Files of records, one row a spell or attendance: projected by the same factors, drawn cell by cell instead of row by row."""
