"""What many values of the model have in common."""
