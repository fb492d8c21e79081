"""The assistant: turn, catalogue, Mongolian text, store, settings, command line."""
