"""What apps print and display: output areas, for Output widgets and for the page itself."""
