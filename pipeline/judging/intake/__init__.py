"""What a mail is, whose report it holds, for which period, with which figure."""
