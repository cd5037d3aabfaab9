"""The plan of a pooled fund: its folder, its totals, its checks, its sign-off."""
