"""The suite: cases as data, one runner per kind."""
