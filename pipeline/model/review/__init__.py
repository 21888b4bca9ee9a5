"""What staff decide and how they are asked: tokens of replies, talks, why nothing could be decided."""
