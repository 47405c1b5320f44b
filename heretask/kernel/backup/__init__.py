"""What a backup is: where it may lie, what it consists of, how it is sealed. Taking one is `config/backup`."""
