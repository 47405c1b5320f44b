"""Who somebody is: users, credentials, sessions, second factors."""
