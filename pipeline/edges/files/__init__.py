"""What lies in the storage folder: raw mails, documents, locks, alarms, backups."""
