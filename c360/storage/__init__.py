"""Storage: the few operations c360 needs of a file root, the same on a disk and in a bucket."""

from c360.storage.location import open_storage
from c360.storage.protocol import Storage, Stored, escape_globs

__all__ = ["Storage", "Stored", "escape_globs", "open_storage"]
