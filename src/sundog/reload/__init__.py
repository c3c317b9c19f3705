"""Development: changed code takes the place of the running one, under the pages' feet."""
