"""What every slice shares: the base page, tables, and the way a page is drawn."""
