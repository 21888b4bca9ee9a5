"""Pictures of a form, cell by cell; what is in doubt goes to a person."""
