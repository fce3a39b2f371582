"""Conversations, and the turns that they are made of.

A turn is a question together with the making of its answer. An answer is a message like any other and passes through
`pending` and `streaming` to `complete`, `stopped`, `interrupted` or `failed`; whatever was written of it is kept. A
conversation has one running turn. A turn belongs to no request: who closes the tab loses nothing.
"""
