"""Practising: who answers a turn where somebody trains, or plays with a customer."""
