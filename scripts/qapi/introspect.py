# SPDX-License-Identifier: MIT
"""What query-qmp-schema answers.

Names of types are no part of the interface: they are replaced by numbers, in the order in which
commands and events reach them.
"""

import json

from .names import c_name
from .schema import BUILTINS, Alternate, Array, Builtin, Enum


class _Walk:
    def __init__(self):
        self.entries = []
        self.ids = {}
        self.queue = []

    def reference(self, kind):
        """The masked name of a type, which is described later."""
        if isinstance(kind, Builtin):
            # All integers look the same on the wire.
            name = "int" if BUILTINS[kind.name][1] == "int" else kind.name
            if name not in self.ids:
                self.ids[name] = name
                self.queue.append(Builtin(name))
            return name
        if isinstance(kind, Array):
            name = f"[{self.reference(kind.element)}]"
            if name not in self.ids:
                self.ids[name] = name
                self.queue.append(kind)
            return name
        key = c_name(kind.name) + " type"
        if key not in self.ids:
            self.ids[key] = str(sum(1 for v in self.ids.values() if v.isdigit()))
            self.queue.append(kind)
        return self.ids[key]

    def add(self, name, meta, definition=None, **members):
        entry = {"name": name, "meta-type": meta, **members}
        if definition is not None and definition.features:
            entry["features"] = definition.features
        self.entries.append(entry)

    def drain(self):
        while self.queue:
            self._describe(self.queue.pop(0))

    def _member(self, member):
        entry = {"name": member.name, "type": self.reference(member.type)}
        if member.optional:
            entry["default"] = None
        if member.features:
            entry["features"] = member.features
        return entry

    def _describe(self, kind):
        name = self.reference(kind)
        if isinstance(kind, Builtin):
            self.add(name, "builtin", **{"json-type": BUILTINS[kind.name][1]})
        elif isinstance(kind, Array):
            self.add(name, "array", **{"element-type": self.reference(kind.element)})
        elif isinstance(kind, Enum):
            values = [{"name": v.name, **({"features": v.features} if v.features else {})}
                      for v in kind.values]
            self.add(name, "enum", kind, members=values, values=[v.name for v in kind.values])
        elif isinstance(kind, Alternate):
            self.add(name, "alternate", kind,
                     members=[{"type": self.reference(m.type)} for m in kind.members])
        else:
            extra = {}
            if kind.tag:
                extra = {"tag": kind.tag.name, "variants": [
                    {"case": v.name, "type": self.reference(kind.variants.get(v.name, _NOTHING))}
                    for v in kind.tag.type.values]}
            self.add(name, "object", kind, members=[self._member(m) for m in kind.members],
                     **extra)


class _Nothing:
    """The object without members: what takes or returns nothing."""
    name, features, members, tag = "q_empty", [], [], None


_NOTHING = _Nothing()


def introspection(schema):
    """The list of SchemaInfo."""
    walk = _Walk()
    for command in schema.commands.values():
        oob = {"allow-oob": True} if command.allow_oob else {}
        walk.add(command.name, "command", command, **oob,
                 **{"arg-type": walk.reference(command.args or _NOTHING),
                    "ret-type": walk.reference(command.returns or _NOTHING)})
    for event in schema.events.values():
        walk.add(event.name, "event", event,
                 **{"arg-type": walk.reference(event.args or _NOTHING)})
    walk.drain()
    return walk.entries


def c_string(text, width=88):
    """Adjacent C literals."""
    parts = [text[at:at + width] for at in range(0, len(text), width)]
    return "\n".join('    "' + p.replace("\\", "\\\\").replace('"', '\\"') + '"' for p in parts)


def introspect_source(schema, banner):
    rows = ",\n".join(c_string(json.dumps(entry)) for entry in introspection(schema))
    return (banner + '#include "qemu/osdep.h"\n\n#include "qapi/qmp-command.h"\n\n'
            f"const char *const qmp_schema_json[] = {{\n{rows},\n    NULL,\n}};\n")
