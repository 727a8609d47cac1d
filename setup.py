"""Builds the wheel and the zip for `--py-files`; the metadata lives in pyproject.toml."""

from setuptools import setup

setup()
