"""The heat-map, its cells and their briefs."""
