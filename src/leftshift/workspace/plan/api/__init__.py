"""The API of the slice: the same queries and actions as its pages, as JSON."""
