"""How messages come and go: one file per provider."""
