"""The dashboard: measures, what is read of the warehouse, charts, and one self-contained page."""
