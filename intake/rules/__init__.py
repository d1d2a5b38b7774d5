"""Which answers about calls and proposals can be given without a database?"""
