"""Programmes as their pages show them."""
