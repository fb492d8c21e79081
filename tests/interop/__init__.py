"""Tests of what tries the channels against independent programs."""
