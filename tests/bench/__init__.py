"""`make bench`: one table of figures, each beside its limit measured in the same run on the same servers."""
