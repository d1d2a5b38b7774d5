"""How is an installation copied whole while people work in it, and brought back from the copy?"""
