"""What the pages of the slice show."""
