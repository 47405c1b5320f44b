"""What takes both of Management: one asks for exactly something, the other approves exactly that (ORG-1)."""
