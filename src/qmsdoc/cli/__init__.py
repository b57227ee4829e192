"""The command line: one file a command family; every project import stands inside a command's body."""
