"""Work outside a request: a job runs under a short ticket, with exactly the rights of who asked for it."""
