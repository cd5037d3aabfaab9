"""Pooled funds in pictures, tables and sentences."""
