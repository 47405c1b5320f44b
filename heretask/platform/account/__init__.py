"""Own account: password, second factor, own sessions; and the door through which one signs in."""
