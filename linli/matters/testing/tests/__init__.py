"""Mass testing: the plan and its arithmetic, the queue against a simulation, the list and its reasons."""
