"""How the commands stand on a terminal: the frame of help, tables, bars."""
