"""Bronze: source files as they arrived, read without losing a record."""
