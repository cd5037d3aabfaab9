"""People in groups: projections by age band and what they mean for activity."""
