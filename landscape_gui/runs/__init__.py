"""Training runs on disk: checkpoints, layer groups, tasks, and training new ones."""
