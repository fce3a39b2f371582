"""Why a mail was not sent. Each error carries a sentence for the people who run the deployment.

MailError
├── Refused      the server will not take this mail, now or later
└── Unavailable  it may pass: a server that is away or busy, a password that somebody has to correct
"""


class MailError(Exception):
    """A mail was not sent."""


class Refused(MailError):
    """Trying again is of no use."""


class Unavailable(MailError):
    """Another attempt may succeed."""
