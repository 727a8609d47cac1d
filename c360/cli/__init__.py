"""The commands of c360: they parse words, call one function and show what it returns."""

from c360.cli.app import main

__all__ = ["main"]
