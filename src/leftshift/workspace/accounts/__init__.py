"""People, their organisations, their roles, how they sign in, and the one place that says who may do what."""
