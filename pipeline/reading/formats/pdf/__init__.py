"""PDF pages with text; ruled lines are made into a grid."""
