"""Breaking in on purpose: every address of this application is tried with what belongs to somebody else.

The probes go through the application itself, with real cookies, and find out what an intruder would. They stand above
every other domain, because they try them all.
"""
