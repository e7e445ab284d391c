"""From measurements to a decision: what an arm costs, and which one to take."""
