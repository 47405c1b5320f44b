"""Handing over to somebody outside: a sheet as a sealed file, by a link and a code that travel apart, once."""
