"""The warden and all that it makes: cells, inits, the way of a program into its box.

Code in this package runs beside hostile programs, some of it as host root: it imports the standard
library only (a contract checks that), and every line is written as if the program were looking.
"""
