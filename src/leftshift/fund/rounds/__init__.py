"""Planning rounds: packs of dated files that say what a plan of their years must hold."""
