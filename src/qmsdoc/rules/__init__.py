"""One file a rule; see qmsdoc.rule."""
