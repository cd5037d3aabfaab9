"""Linked records of people: what tables there are, files that are checked, numbers that are matched and hidden."""
