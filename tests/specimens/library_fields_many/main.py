import attrs


def first():
    return 1


def last():
    return 2


@attrs.define
class Options:
    option_0 = attrs.field(factory=first)
    option_1 = attrs.field(default=None)
    option_2 = attrs.field(default=None)
    option_3 = attrs.field(default=None)
    option_4 = attrs.field(default=None)
    option_5 = attrs.field(default=None)
    option_6 = attrs.field(default=None)
    option_7 = attrs.field(default=None)
    option_8 = attrs.field(default=None)
    option_9 = attrs.field(default=None)
    option_10 = attrs.field(default=None)
    option_11 = attrs.field(default=None)
    option_12 = attrs.field(default=None)
    option_13 = attrs.field(default=None)
    option_14 = attrs.field(default=None)
    option_15 = attrs.field(default=None)
    option_16 = attrs.field(default=None)
    option_17 = attrs.field(default=None)
    option_18 = attrs.field(default=None)
    option_19 = attrs.field(default=None)
    option_20 = attrs.field(default=None)
    option_21 = attrs.field(default=None)
    option_22 = attrs.field(default=None)
    option_23 = attrs.field(default=None)
    option_24 = attrs.field(default=None)
    option_25 = attrs.field(default=None)
    option_26 = attrs.field(default=None)
    option_27 = attrs.field(default=None)
    option_28 = attrs.field(default=None)
    option_29 = attrs.field(factory=last)


Options()
