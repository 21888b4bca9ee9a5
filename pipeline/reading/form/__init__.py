"""The form in a document: its labels, and which text is the unit's, the day's, the figure's."""
