"""The worker process, and shallow jobs: each finds its own context by ids, calls the verb, and is done."""
