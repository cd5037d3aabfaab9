"""Activity, beds, staff, estate and capital of a place: what must be treated, where, by whom and in which building."""
