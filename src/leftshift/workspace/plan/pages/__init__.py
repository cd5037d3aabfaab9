"""The pages of the slice: each asks a query or an action, and hands a presenter's object to a template."""
