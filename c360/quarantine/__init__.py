"""Quarantine: the rejected records of each file, with every reason, until they are replayed."""
