"""Rasa pipeline components around guide.language and the intent classifier."""
