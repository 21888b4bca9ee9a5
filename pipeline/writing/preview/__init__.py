"""What people look at before the first mail has come: the letters of their own campaign."""
