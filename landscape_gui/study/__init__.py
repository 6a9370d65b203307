"""A whole set of runs, landscapes, figures and a report from one TOML file."""
