"""What could be done about what an action pays for: proposals that are proven, each with the load that it saves."""
