"""WordprocessingML: docx and its kin, in a package or in one XML."""
