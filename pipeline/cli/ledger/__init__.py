"""Commands about the ledger as a whole: taking mails in, saving, rebuilding, trying a change on it."""
