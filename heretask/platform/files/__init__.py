"""Pages of files: a picture in full, and handing over what is not shown here."""
