"""The journal that every row is told in, and what is proved by it: the ledger is as it was written."""
