"""Functions of libraries, by dotted name, that do with values what no type can say: getattr, partial, super ...

A model takes the state, the call and the value called, and says whether that is all there is to the call; else the
stubs are asked as well.
"""

from __future__ import annotations

from code_path_audit.callgraph.library.plugins import PLUGIN_MODELS
from code_path_audit.callgraph.model_arguments import PLAIN_MODELS
from code_path_audit.callgraph.models_attributes import ATTRIBUTE_MODELS
from code_path_audit.callgraph.models_classes import CLASS_MODELS
from code_path_audit.callgraph.models_code import CODE_MODELS
from code_path_audit.callgraph.models_containers import CONTAINER_MODELS
from code_path_audit.callgraph.models_coroutines import COROUTINE_MODELS
from code_path_audit.callgraph.models_functions import FUNCTION_MODELS
from code_path_audit.callgraph.models_libraries import LIBRARY_MODELS
from code_path_audit.callgraph.models_protocols import PROTOCOL_MODELS
from code_path_audit.callgraph.models_text import TEXT_MODELS
from code_path_audit.callgraph.state import Model

MODELS: dict[str, Model] = {
    **PLAIN_MODELS,
    **ATTRIBUTE_MODELS,
    **CLASS_MODELS,
    **FUNCTION_MODELS,
    **CONTAINER_MODELS,
    **PROTOCOL_MODELS,
    **COROUTINE_MODELS,
    **CODE_MODELS,
    **LIBRARY_MODELS,
    **TEXT_MODELS,
    **PLUGIN_MODELS,
}
