"""Words for the program's own work: its checkup, its agenda, its journal, its alarms."""
