"""What the pages of the slice say."""
