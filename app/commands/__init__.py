"""Which commands does the command line offer?"""
