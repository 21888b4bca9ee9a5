"""Where the campaign and each of its units stand, and when the campaign wants something done."""
