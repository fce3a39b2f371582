"""The rules of each domain, without a web page in between."""
