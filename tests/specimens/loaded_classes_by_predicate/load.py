import inspect
from importlib.util import module_from_spec, spec_from_file_location


def classes(path, base):
    spec = spec_from_file_location("extra", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)

    def is_plugin(member):
        return inspect.isclass(member) and issubclass(member, base) and member != base

    return inspect.getmembers(module, is_plugin)
