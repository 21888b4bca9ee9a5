"""The ways: ask an edge, call the core, tell an edge. A flow never decides and never
touches the world itself."""
