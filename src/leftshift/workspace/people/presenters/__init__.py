"""Words and numbers of the pages of the slice."""
