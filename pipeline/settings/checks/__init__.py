"""What is wrong, or hardly meant, with a config whose every value is well-formed by itself."""
