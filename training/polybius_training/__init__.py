"""Trains the syntax model that Polybius embeds; see ../README.md."""
