"""The dialogs: what to measure, what to train, help."""
