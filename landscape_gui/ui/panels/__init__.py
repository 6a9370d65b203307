"""The panels around the views; each observes the session and changes nothing else."""
