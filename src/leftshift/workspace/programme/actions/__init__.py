"""What people do to programmes: every write of the slice."""
