"""Which answers about maturity and sorting can be given without a database?"""
