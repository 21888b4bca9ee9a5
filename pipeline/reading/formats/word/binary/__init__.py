"""The binary Word file (MS-DOC)."""
