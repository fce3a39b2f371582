"""Taking a conversation elsewhere: by an address that can be taken back, and as a file."""
