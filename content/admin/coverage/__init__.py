"""Admin pages of coverage: the heat-map, its cells, and briefs for them."""
