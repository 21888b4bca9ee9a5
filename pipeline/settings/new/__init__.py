"""A config that is not there yet: the sample, what a newcomer is asked, the mail providers that are known."""
