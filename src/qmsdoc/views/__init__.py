"""Tables computed from the project. Terminal, site and JSON show the same table."""
