"""The bulletin (通报): its sentences, its workbook, its official document, from one snapshot."""
