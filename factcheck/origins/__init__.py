"""Which files rest on the same origin, and why.

stories → hashes → copies and candidate pairs → each pair compared → links → groups
"""

from factcheck.origins.copies import sketch
from factcheck.origins.records import Comparison, Grouping, Link, Reason, Story
from factcheck.origins.seeking import group_origins

__all__ = ["Comparison", "Grouping", "Link", "Reason", "Story", "group_origins", "sketch"]
