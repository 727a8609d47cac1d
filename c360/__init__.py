"""Customer 360: nine CSV sources become a warehouse that can be trusted."""

__version__ = "0.1.0"
