"""The line magic ``%mpl_guard``: what the agent knows and does, asked for in a cell."""
