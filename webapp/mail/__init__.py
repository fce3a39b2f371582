"""Mail: what the product writes to people, and the one place that speaks to a mail server.

A mail is a row, written with the deed that it tells of, and sent by the worker. It is pending until a server has taken
it, and then its text is gone from here, because mails hold links that let people in. On a developer's own machine,
where no server is set, the outbox keeps it to be read.
"""
