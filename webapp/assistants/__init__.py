"""Assistants: whom one asks. An assistant has instructions, an audience, and the collections that it may search."""
