"""The web channel: how browsers talk to the guide, and the files of the widget that they talk with."""
