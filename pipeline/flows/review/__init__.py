"""What staff decide: by reply, by command, on reports, talks and drafts."""
