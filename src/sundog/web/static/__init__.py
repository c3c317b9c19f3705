"""Files for the browser: the front end, assets, widget libraries."""
