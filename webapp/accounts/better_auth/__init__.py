"""Whoever had an account with Better Auth: reading its dump, bringing its people over, and knowing their passwords."""
