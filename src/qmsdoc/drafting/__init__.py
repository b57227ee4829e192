"""New documents: their names, their text from what somebody says and from a form, and whether they are right."""
