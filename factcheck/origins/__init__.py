"""Which files rest on the same origin, and why.

    stories → copies and candidate pairs (hashes) → each pair compared → links → groups
"""

from factcheck.origins.copies import group_origins, sketch

__all__ = ["group_origins", "sketch"]
