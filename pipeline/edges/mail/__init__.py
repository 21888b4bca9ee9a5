"""The mail servers: the mailbox by IMAP, the post by SMTP; every failure an EdgeError."""
