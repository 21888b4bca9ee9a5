"""What files are wrapped in, and the limits within which anything foreign is opened."""
