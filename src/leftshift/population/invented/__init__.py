"""Invented people: a seeded population of linked records that hangs together and hits published totals."""
