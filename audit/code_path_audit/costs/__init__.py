"""From call sites to ops and mutations: cost models, rule tables, sizes, weights."""
