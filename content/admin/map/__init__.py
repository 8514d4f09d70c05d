"""Admin pages of the map: journeys with their content, stages, touchpoints, pins and targets."""
