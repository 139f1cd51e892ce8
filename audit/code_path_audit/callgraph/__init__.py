"""Who calls whom, from the roots on: an Andersen-style points-to analysis that builds the call graph on the fly.

`solve` is the way in and lists the features, `model` is what comes out. The rooms import downwards only:

    evidence     what counts where points-to sets stay empty: annotations, names, recorded calls
    models       functions of libraries that no type describes
    language     what Python does: the body of a function, names, attributes, calls, operators, iteration
    library      what code outside the source does with what it is given
    functions    functions of the source, each in its contexts
    heap         what classes, containers and modules have
    result       from the fixpoint to plain values: what is reached, sizes, bounds, caps that were hit
    solver       the analysis itself: abstract values, variables and their constraints, the worklist, the budget

Each feature is a set of handlers, functions over `solver.state.State`, with a class for the tables that it alone uses.
What leads back up (a call reads attributes, reading one may call) goes through `solver.state.Steps`.
"""
