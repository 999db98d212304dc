"""The ALS Guide: what it understands, how it orders its replies, how it stages, what it says."""
