"""People, guests, their sessions, and the ways in.

A person has an account. A guest has none and is known by a cookie from their first question on; what they asked comes
along when they sign up. A session is a signed-in browser: a row, whose cookie holds nothing but a token.
A person signs in with a password, to which a second factor may be added, with a passkey, or with an identity: an
account elsewhere, whose issuer vouches for them. One way in always stays.
"""
