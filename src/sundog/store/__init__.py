"""State of an app that outlives the page: kept per browser session, in memory or in a database."""
