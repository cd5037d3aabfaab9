"""Capacity told: words, tables and pictures of beds, activity, admissions, staff, estate and capital."""
