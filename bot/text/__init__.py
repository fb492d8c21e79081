"""Text measured and written for a channel: units and segments, Latin letters, USSD pages."""
