"""What the government does: service kinds, KHUR, cases."""
