"""Returns of a fund: what they hold, built from the record; their checks, their states, and how two of them differ."""
