"""What the ledger is held in: sequences and look-ups that grow cheaply and take few octets a record."""
