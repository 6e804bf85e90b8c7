"""The work behind a request: a queue in the runs table, a worker, and one child process per piece of work."""
