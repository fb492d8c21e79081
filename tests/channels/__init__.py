"""Channels over real HTTP on the loopback interface."""
