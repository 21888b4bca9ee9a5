"""Letters that came back: whose, for what reason, and whether the address is dead (RFC 3464)."""
