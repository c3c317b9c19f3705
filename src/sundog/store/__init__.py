"""State of an app that outlives the page, stored per browser in memory or in a database."""
