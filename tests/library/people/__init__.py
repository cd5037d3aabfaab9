"""Tests of records of people: linked sets, what is wrong with them, and what protects people in them."""
