"""The application that every job of this process runs in. Only worker processes import this."""

from webapp import create_app

app = create_app()
