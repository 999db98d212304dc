"""Words to meaning: body regions, support, danger signals, countries. Pure functions, no Rasa."""
