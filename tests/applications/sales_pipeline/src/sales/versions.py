from importlib import metadata


def lines():
    found = {dist.name: dist for dist in metadata.distributions()}
    for name in ("boto3", "pandas", "requests"):
        if name in found:
            yield f"{name} {found[name].version}"
