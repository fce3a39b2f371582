"""How fast the product is, as a browser sees it: `make bench`. docs/performance.md explains the figures.

Everything runs on this machine: PostgreSQL and Redis in a temporary folder, a stand-in for the model provider, the
Procfile's web process, and a load generator, each in processes of their own. Whatever else the machine does meanwhile
is reported beside the figures.
"""
