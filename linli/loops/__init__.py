"""The engine: every matter is a loop with states, duties, evidence, deadlines and escalation, and none can be lost."""
