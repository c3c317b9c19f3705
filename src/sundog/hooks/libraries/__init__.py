"""Hooks into widget and display libraries, one file for each library."""
