"""Models fitted on a site's own records: who is likely to be admitted, or to cost how much, in the year to come."""
