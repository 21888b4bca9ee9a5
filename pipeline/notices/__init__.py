"""What is owed to whom, when and once per what, and with which facts: pure, one module a kind of notice."""
