"""Studies of a plan: how sure it is, what matters, what would have to be true, and which interventions to choose."""
