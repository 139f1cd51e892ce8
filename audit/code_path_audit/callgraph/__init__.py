"""Who calls whom, from the roots on: values that propagate through the facts."""
