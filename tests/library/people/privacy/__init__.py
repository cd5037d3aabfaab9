"""Tests of what protects people: pseudonyms, legal bases, disclosure control."""
