"""The weekly report: what changed last week, why, how far to trust it, what to do."""
