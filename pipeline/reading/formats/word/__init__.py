"""Word processors of every age: docx, doc, rtf, odt, wps."""
