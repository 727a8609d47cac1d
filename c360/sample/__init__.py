"""Synthetic source files: nine tables as real exports look, dirty on purpose, with a ledger."""
