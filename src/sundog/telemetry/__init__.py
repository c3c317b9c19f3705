"""Usage reports to Mixpanel: what is sent, when, and what keeps it from being sent.

Importing this starts and sends nothing. The ``mixpanel`` library is imported when something is
sent.
"""
