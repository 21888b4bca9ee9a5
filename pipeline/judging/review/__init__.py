"""What people decide on reports, talks and drafts, and what they teach."""
