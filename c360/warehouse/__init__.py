"""The warehouse: one protocol, a backend a module."""
