"""Silver: immutable batches of cleaned files, and the state of a table that they make together."""
