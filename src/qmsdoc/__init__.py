"""Docs-as-code quality management for medical device manufacturers."""

__version__ = "0.1.0"
