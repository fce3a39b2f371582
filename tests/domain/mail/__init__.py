"""Mails on their way: what carries them, and what becomes of those that cannot go."""
