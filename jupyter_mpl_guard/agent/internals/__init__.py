"""Every private or undocumented name of another library that the agent touches; no other module touches one.

A module for each library or topic. A name is touched by one function, and `relies_on` states beside it since which
version it is there, what is lost in a version without it and what is done instead. `names.table` collects them all.
"""
