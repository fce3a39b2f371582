"""Scenarios: the customers whom an assistant can play, and what a trainee has to do with each."""
