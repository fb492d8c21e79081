"""The program as citizens meet it: a process of its own, reached over HTTP or by a browser."""
