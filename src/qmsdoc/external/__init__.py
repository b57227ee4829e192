"""The doors to programs outside: processes and git."""
