"""Side-by-side timings; each prints ratios."""
