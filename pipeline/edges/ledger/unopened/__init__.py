"""What is asked of a ledger before it is opened, without the libraries that open it."""
