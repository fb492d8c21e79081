"""Mongolian as it is really typed: folding, values, acts, the search for a service."""
