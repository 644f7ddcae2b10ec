"""The languages, one declaration a file. Adding one is adding one file and its line here."""
