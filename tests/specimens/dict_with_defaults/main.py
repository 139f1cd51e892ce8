from collections import defaultdict


class Tag:
    @property
    def slug(self):
        return 1

    def __hash__(self):
        return 2


class Groups(defaultdict):
    pass


def by_tag(tags):
    found = defaultdict(list)
    for tag in tags:
        found[tag].append("page")
    return found


def in_groups(tags):
    found = Groups(list)
    for tag in tags:
        found[tag].append("page")
    return found


def shown(found):
    for tag in found:
        print(tag.slug)


def listed(found):
    rows = list(found.items())
    rows.sort()
    for tag, pages in rows:
        print(tag.slug, pages)


shown(by_tag([Tag()]))
listed(in_groups([Tag()]))
