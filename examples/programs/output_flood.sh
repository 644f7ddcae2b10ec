yes "There is more where this came from."
