"""Activity: what is done in the base year, how it grows, and what interventions change of it."""
