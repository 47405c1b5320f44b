"""What is refused about outgoing mail."""


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""
