"""The official workbooks of a planning round, by the cell places that its pack names: written, filled in, read."""
