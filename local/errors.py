"""What can keep the local services from starting, in sentences for the person at the keyboard."""


class LocalError(Exception):
    """Something on this machine is in the way. The message says what, and what to do about it."""
