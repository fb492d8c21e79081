"""Trains the Mongolian adapter of the sentence encoder; needs the optional extra `adapter`."""
