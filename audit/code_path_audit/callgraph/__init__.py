"""Who calls whom, from the roots on: values that propagate through the facts.

`solve` is the way in, `model` what comes out. The rest are functions over `state.State`, in layers that import
downwards only; what leads back up (a call reads attributes, reading one may call) goes through `state.Steps`.

    evidence            what counts where values are missing: annotations, names
    instructions        the body of a function: name_, definition_ and value_instructions, narrowing
    models              functions of libraries that no type describes: models_*
    calls               one call, whatever is called: construction, container_methods
    protocols           what is called without a call: operators, iteration, special_methods
    outside_calls       calls that leave the source: escapes (what libraries keep and call back)
    attributes          reading, binding and writing; plugins: entry points
    functions           functions of the source, each in its contexts: arguments
    outside, holders    what lies outside, by the stubs; objects from there that keep callables
    modules, classes, containers, values
"""
