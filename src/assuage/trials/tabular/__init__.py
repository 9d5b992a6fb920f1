"""The tabular form of `trials`: the same rows as Ibis expressions, for many people at once.

A partial date stands as two whole numbers, `x_first` and `x_last`: the ordinals (`date.toordinal`) of the
first and the last day that it can be. Whole numbers sort, subtract and pack alike on every engine.
"""
