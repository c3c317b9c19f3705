"""Apps of several pages: folders and packages."""
