"""People, guests and their sessions.

A person has an account. A guest has none and is known by a cookie from their first question on; what they asked comes
along when they sign up. A session is a signed-in browser: a row, whose cookie holds nothing but a token.
"""
