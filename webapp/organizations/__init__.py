"""Organizations and who is in them. An organization owns assistants, knowledge and conversations; a person may be a
member of several, with a role in each."""
