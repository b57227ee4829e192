"""The self-test: what the tool finds in a QMS with known defects on this machine, against what it must find."""
