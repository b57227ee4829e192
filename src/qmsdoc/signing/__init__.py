"""Signing: what a person states, with which key, and what is written of it."""
