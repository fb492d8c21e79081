"""The store: citizens, conversations, consents, cases, outbox, audit; SQLite or PostgreSQL."""
