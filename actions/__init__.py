"""Custom actions, one file an action. They pass values; every sentence stands in data/answers/."""
