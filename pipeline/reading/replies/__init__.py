"""What staff answer by mail: rulings on cases and talk decisions, in their own words."""
