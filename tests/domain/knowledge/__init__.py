"""What becomes of an uploaded file, from its bytes to pieces of text."""
