"""The halves of taking mails in that know no order: keeping them by the batch, reading one."""
