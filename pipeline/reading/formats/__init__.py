"""From a kind of file to the neutral document of paragraphs and grids."""
