"""Models: PLY, whose parsers and lexers find the functions of a grammar by the beginning of their names.

`lex.lex(module=m)` and `yacc.yacc(module=m)` keep an object or a module, without one the module that calls. Each token
calls what there is called `t_...`, each parse what is called `p_...`, and the tokens of the lexer that it is given,
or of those that were made last. Which rule of the grammar applies is not read, so each of them may be called with what
any of them has made (`p[0] = Node(p[1])`): a list whose first element may be under any index. Wrong, by edges too many,
for rules that do not meet; by edges too few for rules that are local functions of what calls `yacc()`.
"""

from __future__ import annotations

from code_path_audit.callgraph.functions.arguments import argument
from code_path_audit.callgraph.functions.invocation import bind_and_call
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.heap.modules import module_names
from code_path_audit.callgraph.library.stub_values import holder_key
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import (
    CALLABLES,
    CLASSM,
    CTXFUNC,
    EXT,
    INST,
    MODULE,
    STATIC,
    XINST,
    XMETHOD,
)
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Model, State

LEXER, PARSER = "ply.lex.Lexer", "ply.yacc.LRParser"
TOKENS, RULES = "t_", "p_"
"""How the functions of a grammar begin."""


def lexer(s: State, call: Call, value: Value) -> bool:
    """lex.lex(module=m)"""
    made = keeper(s, call, LEXER, ("module", "object"))
    s.flow(grammar(s, made), grammar(s, s.of(EXT, LEXER)))
    s.add(call.dst, made)
    return True


def parser(s: State, call: Call, value: Value) -> bool:
    """yacc.yacc(module=m)"""
    made = keeper(s, call, PARSER, ("module",))
    s.flow(grammar(s, made), grammar(s, s.of(EXT, PARSER)))
    s.add(call.dst, made)
    return True


def keeper(s: State, call: Call, dotted: str, words: tuple[str, ...]) -> Value:
    """What is made at a place, with the grammar that it keeps."""
    made = s.of(XINST, dotted, (), holder_key(dotted, call.site))
    given = [var for word, var in call.kw if word in words]
    for var in given:
        s.flow(var, grammar(s, made))
    if not given:
        s.add(grammar(s, made), s.of(MODULE, s.modules[s.a_function[call.site.activation]]))
    return made


def grammar(s: State, made: Value) -> Var:
    """The variable of the objects and modules whose functions are rules."""
    return s.field(made, "#grammar")


def made_by(s: State, value: Value, dotted: str) -> Value:
    """The object whose method is called; for a function of the module, what stands for all that were made."""
    return s.rows[value].receiver if s.kinds[value] == XMETHOD else s.of(EXT, dotted)


def token(s: State, call: Call, value: Value) -> bool:
    """lexer.token(), and ply.lex.token()"""
    tokens_asked(s, call.site, made_by(s, value, LEXER))
    s.add(call.dst, s.instance("ply.lex.LexToken"))
    return True


def tokens_asked(s: State, site: Site, made: Value) -> None:
    """The functions of a lexer's tokens are called."""
    given = s.field(s.of(EXT, LEXER), "#token")
    s.add(given, s.instance("ply.lex.LexToken"))
    s.watch(grammar(s, made), on_grammar, (site, TOKENS, given))


def parse(s: State, call: Call, value: Value) -> bool:
    """parser.parse(text, lexer=lexer), and ply.yacc.parse()"""
    made = made_by(s, value, PARSER)
    box = s.box("list", (made, "production"))
    first = containers.key_field(s, box, "=i:0")
    s.flow(first, s.field(box, "?"))
    s.add(s.field(box, "?"), s.instance("builtins.str"))
    given = s.field(made, "#production")
    s.add(given, box)
    s.add(given, s.instance("ply.yacc.YaccProduction"))
    s.watch(grammar(s, made), on_grammar, (call.site, RULES, given))
    s.flow(first, call.dst)
    tokens = argument(call, 1, "lexer")
    if tokens is None:
        tokens_asked(s, call.site, s.of(EXT, LEXER))
    else:
        s.watch(tokens, on_lexer, call.site)
    return True


@sees(INST, XINST)
def on_lexer(s: State, site: Site, value: Value) -> None:
    """The lexer that a parser is given: one of PLY, or an object with its methods."""
    if s.kinds[value] == XINST:
        if s.rows[value].dotted == LEXER:
            tokens_asked(s, site, value)
        return
    cls = s.rows[value].cls
    classes.depends(s, cls, on_lexer, site, value)
    for var in classes.own_attributes(s, cls, ("input", "token")):
        s.watch(var, on_rule, (value, cls, Call(site, NOWHERE, (), (), "callback", Evidence.CERTAIN)))


@sees(INST, MODULE)
def on_grammar(s: State, data: tuple[Site, str, Var], value: Value) -> None:
    """An object, or a module, whose functions of such names are called."""
    site, beginning, given = data
    call = Call(site, NOWHERE, ((given, False),), (), "callback", Evidence.LIKELY)
    if s.kinds[value] == MODULE:
        for name in sorted(module_names(s, s.rows[value].name)):
            if name.startswith(beginning):
                s.watch(s.field(value, name), on_function, call)
        return
    cls = s.rows[value].cls
    classes.depends(s, cls, on_grammar, data, value)
    names = [name for name in classes.own_names(s, cls) if name.startswith(beginning)]
    for var in classes.own_attributes(s, cls, names):
        s.watch(var, on_rule, (value, cls, call))


@sees(*CALLABLES)
def on_function(s: State, call: Call, value: Value) -> None:
    """One rule of a module."""
    s.apply(s, call, value)


@sees(*CALLABLES, CLASSM, STATIC, CTXFUNC)
def on_rule(s: State, data: tuple[Value, Value, Call], value: Value) -> None:
    """One rule of an object."""
    bind_and_call(s, data, value)


PLY_MODELS: dict[str, Model] = {
    "ply.lex.lex": lexer,
    "ply.yacc.yacc": parser,
    f"{LEXER}.token": token,
    "ply.lex.token": token,
    f"{PARSER}.parse": parse,
    "ply.yacc.parse": parse,
}
