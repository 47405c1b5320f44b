"""Settings, root URLs, the server, the embedded database and the command line."""
