"""A language and a submission become the steps that a sandbox carries out."""
