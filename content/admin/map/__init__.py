"""The map as the admin shows it: journeys with their content, stages, touchpoints, pins and targets."""
