"""The ways back: a ledger or a bulletin made again to compare, and what a person
decides after a backup was put back."""
