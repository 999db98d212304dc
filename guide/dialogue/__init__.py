"""The order of a turn: what a message changes in what is known, and which replies it gets."""
