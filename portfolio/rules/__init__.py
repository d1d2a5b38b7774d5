"""Which answers about memos and agendas can be given without a database?"""
