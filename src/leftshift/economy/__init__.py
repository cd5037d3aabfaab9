"""The Long Term System Model: contracts, growth, interventions, double entry, bridge."""
