"""Functions of libraries, by dotted name, that do with values what no type can say: getattr, partial, super ...

A model takes the state, the call and the value called, and says whether that is all there is to the call; else the
stubs are asked as well.
"""

from __future__ import annotations

from code_path_audit.callgraph.language.class_factories import BETWEEN_MODELS
from code_path_audit.callgraph.library.plugins import PLUGIN_MODELS
from code_path_audit.callgraph.models.argument_parsers import PARSER_MODELS
from code_path_audit.callgraph.models.arguments import PLAIN_MODELS, through_class
from code_path_audit.callgraph.models.classes import CLASS_MODELS
from code_path_audit.callgraph.models.click_context import CLICK_MODELS
from code_path_audit.callgraph.models.containers import CONTAINER_MODELS
from code_path_audit.callgraph.models.coroutines import COROUTINE_MODELS, QUEUE_MODELS
from code_path_audit.callgraph.models.dynamic_code import CODE_MODELS
from code_path_audit.callgraph.models.higher_order import FUNCTION_MODELS, REFERENCE, REGISTER
from code_path_audit.callgraph.models.listed_modules import LISTING_MODELS
from code_path_audit.callgraph.models.object_attributes import OBJECT_MODELS
from code_path_audit.callgraph.models.operator_functions import OPERATOR_MODELS
from code_path_audit.callgraph.models.ply_parsers import PLY_MODELS
from code_path_audit.callgraph.models.reflection import ATTRIBUTE_MODELS
from code_path_audit.callgraph.models.special_method_builtins import PROTOCOL_MODELS
from code_path_audit.callgraph.models.stdlib_objects import LIBRARY_MODELS, VARIABLE
from code_path_audit.callgraph.models.strings import TEXT_MODELS
from code_path_audit.callgraph.solver.state import Model

MODELS: dict[str, Model] = {
    **PLAIN_MODELS,
    **ATTRIBUTE_MODELS,
    **OBJECT_MODELS,
    **CLASS_MODELS,
    **CLICK_MODELS,
    **FUNCTION_MODELS,
    **CONTAINER_MODELS,
    **PROTOCOL_MODELS,
    **OPERATOR_MODELS,
    **COROUTINE_MODELS,
    **CODE_MODELS,
    **LISTING_MODELS,
    **LIBRARY_MODELS,
    **TEXT_MODELS,
    **PLUGIN_MODELS,
    **PARSER_MODELS,
    **PLY_MODELS,
    **BETWEEN_MODELS,
}

METHODS = (
    "builtins.property.deleter", "builtins.property.getter", "builtins.property.setter", "builtins.type.__subclasses__",
    *QUEUE_MODELS, *(name for name in COROUTINE_MODELS if name.startswith("typing.Generator.")),
    f"{VARIABLE}.get", f"{VARIABLE}.set", REGISTER, f"{REFERENCE}.__call__",
)  # fmt: skip
"""Those that are of an object alone: called through the class, its first argument is the object."""

MODELS.update({name: through_class(MODELS[name]) for name in METHODS})
