"""Why a figure is what it is, what a row feeds, and which inputs matter most."""
