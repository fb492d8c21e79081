"""Learning from use: what was not understood is kept, redacted, for a person to read."""
