"""A mail's bytes -> one decoded Message (RFC 5322, MIME), whatever program wrote them."""
