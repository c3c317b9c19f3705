"""Usage reports to Mixpanel: what is sent, when, and how it is turned off.

Importing this package starts and sends nothing. The ``mixpanel`` library is imported only to send.
"""
