"""``sundog doctor``: looks for what will not work, and says how to mend it."""
