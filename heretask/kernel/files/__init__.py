"""Files that people put into the record: what is accepted, how it is kept, who may open it, and handing over."""
