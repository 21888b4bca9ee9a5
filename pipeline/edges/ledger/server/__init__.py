"""A ledger kept in a database server."""
