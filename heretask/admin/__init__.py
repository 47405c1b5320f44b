"""HereTask Admin: users, rights and the log."""
