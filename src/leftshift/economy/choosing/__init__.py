"""Portfolio: which interventions, when and how much of each, for the best position within limits."""
