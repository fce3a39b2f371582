"""What an organization knows.

A collection holds documents; a document is known by its name within its collection; uploading the name again makes a
new version, which takes the old one's place the moment it is ready. A passage is one embedded piece of a version.
Only passages of the version in force are ever searched, inside the collections that an assistant was given. A deleted
document is gone.
"""
