"""What readers get: the answers of the API for a reader one chooses, beside why."""
