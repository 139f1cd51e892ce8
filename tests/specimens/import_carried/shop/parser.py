import grammar
import grammar.trees
from grammar.trees import leaf


def parsed(text):
    leaf(text)
    return grammar.read(text) + grammar.trees.leaf(text)
