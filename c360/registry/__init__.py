"""The registry: what YAML declares, as frozen values."""
