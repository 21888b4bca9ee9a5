"""The demonstration: the whole program on a mailbox and a mail server of its own."""
