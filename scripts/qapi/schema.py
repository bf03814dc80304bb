# SPDX-License-Identifier: MIT
"""From expressions to checked definitions.

Every reference is resolved, every name checked, and what a configuration leaves out ('if') is
gone: the emitters never meet a condition.
"""

import re
from dataclasses import dataclass, field

from .parse import Doc, SchemaError, Where

# name -> (C type, JSON type in introspection)
BUILTINS = {
    "str": ("char *", "string"), "number": ("double", "number"), "int": ("int64_t", "int"),
    "int8": ("int8_t", "int"), "int16": ("int16_t", "int"), "int32": ("int32_t", "int"),
    "int64": ("int64_t", "int"), "uint8": ("uint8_t", "int"), "uint16": ("uint16_t", "int"),
    "uint32": ("uint32_t", "int"), "uint64": ("uint64_t", "int"), "size": ("uint64_t", "int"),
    "bool": ("bool", "boolean"), "any": ("QObject *", "value"), "null": ("bool", "null"),
}
# What each kind of expression may have beside its name.
KEYS = {
    "enum": {"data", "prefix"},
    "struct": {"data", "base"},
    "union": {"data", "base", "discriminator"},
    "alternate": {"data"},
    "command": {"data", "returns", "boxed", "gen", "success-response", "allow-oob",
                "allow-preconfig", "coroutine"},
    "event": {"data", "boxed"},
}
NEEDS = {"enum": ("data",), "struct": ("data",), "union": ("data", "base", "discriminator"),
         "alternate": ("data",), "command": (), "event": ()}
FLAGS = ("boxed", "gen", "success-response", "allow-oob", "allow-preconfig", "coroutine")
PRAGMAS = {"doc-required": bool, "command-name-exceptions": list,
           "command-returns-exceptions": list, "member-name-exceptions": list,
           "documentation-exceptions": list}
MEMBER_NAME = re.compile(r"(?:x-)?[a-z0-9][a-z0-9]*(?:-[a-z0-9]+)*")
NAME_RULES = {
    "type": (re.compile(r"[A-Z][A-Za-z0-9]*"), "CamelCase"),
    "command": (re.compile(r"(?:x-)?[a-z][a-z0-9]*(?:-[a-z0-9]+)*"), "lower-case-with-hyphens"),
    "event": (re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*"), "UPPER_CASE_WITH_UNDERSCORES"),
    "member": (MEMBER_NAME, "lower-case-with-hyphens"),
}


@dataclass
class Member:
    name: str
    type: object
    optional: bool = False
    features: list = field(default_factory=list)


@dataclass
class Definition:
    name: str
    where: Where
    module: str
    doc: Doc
    features: list = field(default_factory=list)


@dataclass
class Builtin:
    name: str
    kind: str = "builtin"


@dataclass
class Array:
    element: object
    kind: str = "array"

    @property
    def name(self):
        return self.element.name + "List"


@dataclass
class Enum(Definition):
    kind: str = "enum"
    values: list = field(default_factory=list)  # of Member without type
    prefix: str = None


@dataclass
class Object(Definition):
    """A struct, a union, or the arguments of a command or event (implicit)."""
    kind: str = "object"
    members: list = field(default_factory=list)  # with those of the base
    base: object = None
    tag: Member = None
    variants: dict = field(default_factory=dict)  # value -> Object
    implicit: bool = False


@dataclass
class Alternate(Definition):
    kind: str = "alternate"
    members: list = field(default_factory=list)


@dataclass
class Command(Definition):
    kind: str = "command"
    args: Object = None
    returns: object = None
    boxed: bool = False
    gen: bool = True
    success_response: bool = True
    allow_oob: bool = False
    allow_preconfig: bool = False
    coroutine: bool = False


@dataclass
class Event(Definition):
    kind: str = "event"
    args: Object = None
    boxed: bool = False


class Schema:
    """types, commands and events by name, in the order in which they are defined."""

    def __init__(self, expressions, config):
        self.config = config
        self.pragmas = {name: kind() for name, kind in PRAGMAS.items()}
        self.types = {name: Builtin(name) for name in BUILTINS}
        self.commands, self.events = {}, {}
        self.arrays = {}
        self.implicit = []
        pending = []
        for expr in expressions:
            if "pragma" in expr.body:
                self._pragma(expr)
            else:
                pending.append((self._kind(expr), expr))
        present = [(kind, expr) for kind, expr in pending if self._check_keys(kind, expr)]
        for kind, expr in present:
            self._declare(kind, expr)
        for kind, expr in present:
            getattr(self, "_define_" + kind)(expr)
        self._flatten_all()

    # --- the form of an expression ---

    def _pragma(self, expr):
        body = expr.body["pragma"]
        if len(expr.body) != 1 or not isinstance(body, dict):
            raise SchemaError(expr.where, "expected { 'pragma': { NAME: VALUE, ... } }")
        for name, value in body.items():
            if name not in PRAGMAS:
                raise SchemaError(expr.where, f"unknown pragma '{name}'; there are: "
                                  + ", ".join(PRAGMAS))
            if not isinstance(value, PRAGMAS[name]):
                raise SchemaError(expr.where, f"pragma '{name}' is a {PRAGMAS[name].__name__}")
            self.pragmas[name] = value if isinstance(value, bool) else self.pragmas[name] + value

    @staticmethod
    def _kind(expr):
        kinds = [kind for kind in KEYS if kind in expr.body]
        if len(kinds) != 1:
            raise SchemaError(expr.where, "an expression has exactly one of the keys "
                              "include, pragma, " + ", ".join(KEYS))
        if not isinstance(expr.body[kinds[0]], str):
            raise SchemaError(expr.where, f"the name of this {kinds[0]} must be a string")
        return kinds[0]

    def _check_keys(self, kind, expr):
        """False if the configuration leaves the definition out."""
        name = expr.body[kind]
        for key in expr.body:
            if key not in KEYS[kind] | {kind, "if", "features"}:
                known = ", ".join(sorted(KEYS[kind] | {"features", "if"}))
                raise SchemaError(expr.where, f"{kind} '{name}' can not have the key '{key}'; "
                                  f"known are: {known}")
        for key in NEEDS[kind]:
            if key not in expr.body:
                raise SchemaError(expr.where, f"{kind} '{name}' needs the key '{key}'")
        for key in FLAGS:
            if not isinstance(expr.body.get(key, True), bool):
                raise SchemaError(expr.where, f"'{key}' of {kind} '{name}' is true or false")
        return self._present(expr.body.get("if"), expr.where)

    def _present(self, condition, where):
        """Does the configuration have this? None: always."""
        if condition is None:
            return True
        if isinstance(condition, str):
            return condition in self.config
        if isinstance(condition, dict) and len(condition) == 1:
            (operator, operand), = condition.items()
            if operator == "not":
                return not self._present(operand, where)
            if operator in ("all", "any") and isinstance(operand, list) and operand:
                # Look at all of them, so that all are checked.
                return (all if operator == "all" else any)(
                    [self._present(part, where) for part in operand])
        raise SchemaError(where, "'if' is a symbol, or { 'all': [...] }, { 'any': [...] } or "
                          "{ 'not': CONDITION }")

    def _check_name(self, name, rule, where, what):
        pattern, form = NAME_RULES[rule]
        if not pattern.fullmatch(name):
            raise SchemaError(where, f"{what} '{name}' should be {form}")

    def _features(self, value, where):
        if value is None:
            return []
        if not isinstance(value, list):
            raise SchemaError(where, "'features' is a list")
        names = []
        for item in value:
            item = {"name": item} if isinstance(item, str) else item
            if not isinstance(item, dict) or not {"name"} <= set(item) <= {"name", "if"}:
                raise SchemaError(where, "a feature is a name or { 'name': NAME, 'if': CONDITION }")
            self._check_name(item["name"], "member", where, "feature")
            if self._present(item.get("if"), where):
                names.append(item["name"])
        return names

    # --- names ---

    def _declare(self, kind, expr):
        name, where = expr.body[kind], expr.where
        space = {"command": self.commands, "event": self.events}.get(kind, self.types)
        rule = kind if kind in ("command", "event") else "type"
        if name not in self.pragmas["command-name-exceptions"]:
            self._check_name(name, rule, where, kind)
        if rule == "type" and name.endswith("List"):
            raise SchemaError(where, f"the name '{name}' is that of a list; choose another end")
        if name in space:
            raise SchemaError(where, f"'{name}' is defined twice")
        cls = {"enum": Enum, "struct": Object, "union": Object, "alternate": Alternate,
               "command": Command, "event": Event}[kind]
        space[name] = cls(name, where, expr.module, expr.doc,
                          self._features(expr.body.get("features"), where))
        if self.pragmas["doc-required"] and not expr.doc:
            raise SchemaError(where, f"{kind} '{name}' has no documentation")
        if expr.doc and expr.doc.symbol != name:
            raise SchemaError(expr.doc.where, f"this documents '{expr.doc.symbol}', but what "
                              f"follows is '{name}'")

    def _type(self, ref, where, what):
        """The type that a reference ('Name' or ['Name']) means."""
        if isinstance(ref, list):
            if len(ref) != 1 or not isinstance(ref[0], str):
                raise SchemaError(where, f"{what}: a list type is written ['TYPE']")
            element = self._type(ref[0], where, what)
            return self.arrays.setdefault(element.name, Array(element))
        if not isinstance(ref, str):
            raise SchemaError(where, f"{what}: expected the name of a type")
        if ref not in self.types:
            raise SchemaError(where, f"{what}: there is no type '{ref}'")
        return self.types[ref]

    def _members(self, data, where, owner):
        if not isinstance(data, dict):
            raise SchemaError(where, f"the members of '{owner}' are written {{ 'NAME': 'TYPE' }}")
        result = []
        for key, value in data.items():
            name = key.removeprefix("*")
            value = value if isinstance(value, dict) else {"type": value}
            if "type" not in value or set(value) - {"type", "if", "features"}:
                raise SchemaError(where, f"member '{name}' of '{owner}' is a type or "
                                  "{ 'type': TYPE, 'if': ..., 'features': ... }")
            if owner not in self.pragmas["member-name-exceptions"]:
                self._check_name(name, "member", where, f"member of '{owner}'")
            if any(m.name == name for m in result):
                raise SchemaError(where, f"'{owner}' has two members '{name}'")
            if self._present(value.get("if"), where):
                result.append(Member(name, self._type(value["type"], where, f"member '{name}'"),
                                     key != name, self._features(value.get("features"), where)))
        return result

    def _implicit_object(self, name, data, definition):
        obj = Object(name, definition.where, definition.module, None, implicit=True)
        obj.members = self._members(data, definition.where, definition.name)
        self.implicit.append(obj)
        return obj

    # --- definitions by kind ---

    def _define_enum(self, expr):
        enum, data = self.types[expr.body["enum"]], expr.body["data"]
        enum.prefix = expr.body.get("prefix")
        if not isinstance(data, list):
            raise SchemaError(expr.where, f"the values of enum '{enum.name}' are a list")
        for item in data:
            item = {"name": item} if isinstance(item, str) else item
            if not isinstance(item, dict) or not {"name"} <= set(item) <= {"name", "if",
                                                                            "features"}:
                raise SchemaError(expr.where, "an enum's value is a name or "
                                  "{ 'name': NAME, 'if': ..., 'features': ... }")
            if enum.name not in self.pragmas["member-name-exceptions"]:
                self._check_name(item["name"], "member", expr.where, f"value of '{enum.name}'")
            if any(v.name == item["name"] for v in enum.values):
                raise SchemaError(expr.where, f"enum '{enum.name}' has two values "
                                  f"'{item['name']}'")
            if self._present(item.get("if"), expr.where):
                enum.values.append(Member(item["name"], None, False,
                                          self._features(item.get("features"), expr.where)))
        self._check_doc(enum, [v.name for v in enum.values])

    def _base(self, ref, where, name):
        base = self._type(ref, where, f"base of '{name}'")
        if not isinstance(base, Object) or base.tag:
            raise SchemaError(where, f"the base of '{name}' must be a struct, not '{base.name}'")
        return base

    def _define_struct(self, expr):
        obj = self.types[expr.body["struct"]]
        if "base" in expr.body:
            obj.base = self._base(expr.body["base"], expr.where, obj.name)
        obj.members = self._members(expr.body["data"], expr.where, obj.name)
        self._check_doc(obj, [m.name for m in obj.members])

    def _define_union(self, expr):
        obj, where, base = self.types[expr.body["union"]], expr.where, expr.body["base"]
        if isinstance(base, dict):
            obj.members = self._members(base, where, obj.name)
        else:
            obj.base = self._base(base, where, obj.name)
        self._check_doc(obj, [m.name for m in obj.members])
        # The tag may come from the base, which need not be defined yet: _finish_union goes on.
        obj.tag = expr.body["discriminator"]
        obj.variants = self._members(expr.body["data"], where, obj.name)

    def _finish_union(self, obj):
        tag = next((m for m in obj.members if m.name == obj.tag), None)
        if not tag or tag.optional or not isinstance(tag.type, Enum):
            raise SchemaError(obj.where, f"the discriminator '{obj.tag}' of union '{obj.name}' "
                              "must be a mandatory member of its base, of an enum type")
        values = [v.name for v in tag.type.values]
        for branch in obj.variants:
            if branch.name not in values:
                raise SchemaError(obj.where, f"branch '{branch.name}' of union '{obj.name}' is no "
                                  f"value of enum '{tag.type.name}'")
            if not isinstance(branch.type, Object) or branch.type.tag:
                raise SchemaError(obj.where, f"branch '{branch.name}' of union '{obj.name}' must "
                                  "be a struct")
        obj.tag, obj.variants = tag, {b.name: b.type for b in obj.variants}

    def _define_alternate(self, expr):
        alt = self.types[expr.body["alternate"]]
        alt.members = self._members(expr.body["data"], expr.where, alt.name)
        taken = {}
        for member in alt.members:
            json = json_type(member.type)
            if member.optional or json is None:
                raise SchemaError(expr.where, f"branch '{member.name}' of alternate '{alt.name}' "
                                  "can not be told by its JSON type")
            if json in taken:
                raise SchemaError(expr.where, f"branches '{taken[json]}' and '{member.name}' of "
                                  f"alternate '{alt.name}' are both of JSON type {json}")
            taken[json] = member.name
        self._check_doc(alt, [m.name for m in alt.members])

    def _arguments(self, definition, expr):
        data = expr.body.get("data")
        definition.boxed = expr.body.get("boxed", False)
        if isinstance(data, dict) and definition.boxed:
            raise SchemaError(expr.where, f"boxed '{definition.name}' needs a type's name as data")
        if isinstance(data, str):
            args = self._type(data, expr.where, f"data of '{definition.name}'")
            if not isinstance(args, Object):
                raise SchemaError(expr.where, f"data of '{definition.name}' must be a struct")
            definition.args = args
        elif data:
            definition.args = self._implicit_object(f"q_obj_{definition.name}_arg", data,
                                                    definition)
        named = definition.args.members if isinstance(data, dict) and data else []
        self._check_doc(definition, [m.name for m in named])

    def _define_command(self, expr):
        command = self.commands[expr.body["command"]]
        self._arguments(command, expr)
        for flag in FLAGS[1:]:
            key = flag.replace("-", "_")
            setattr(command, key, expr.body.get(flag, getattr(command, key)))
        if "returns" not in expr.body:
            return
        command.returns = self._type(expr.body["returns"], expr.where,
                                     f"returns of '{command.name}'")
        value = command.returns
        while isinstance(value, Array):
            value = value.element
        if (not isinstance(value, Object) and
                command.name not in self.pragmas["command-returns-exceptions"]):
            raise SchemaError(expr.where, f"command '{command.name}' should return an object or a "
                              "list of objects, which can be extended, "
                              f"not '{command.returns.name}'")

    def _define_event(self, expr):
        self._arguments(self.events[expr.body["event"]], expr)

    def _check_doc(self, definition, names):
        if not definition.doc or definition.name in self.pragmas["documentation-exceptions"]:
            return
        for documented in definition.doc.members:
            if documented not in names:
                raise SchemaError(definition.doc.where, f"the documentation of "
                                  f"'{definition.name}' tells of '{documented}', which is not "
                                  "a member")
        for name in names:
            if name not in definition.doc.members:
                raise SchemaError(definition.doc.where, f"member '{name}' of '{definition.name}' "
                                  "has no documentation")
        for feature in definition.features:
            if feature not in definition.doc.features:
                raise SchemaError(definition.doc.where, f"feature '{feature}' of "
                                  f"'{definition.name}' has no documentation")

    # --- after all are known ---

    def _flatten_all(self):
        done = set()
        for definition in list(self.types.values()):
            if isinstance(definition, Object):
                self._flatten(definition, done, [])
        for definition in [*self.commands.values(), *self.events.values()]:
            if definition.args and definition.args.tag and not definition.boxed:
                raise SchemaError(definition.where, f"'{definition.name}' takes a union: it must "
                                  "be boxed")

    def _flatten(self, obj, done, chain):
        if obj.name in chain:
            raise SchemaError(obj.where, f"'{obj.name}' is its own base")
        if obj.name in done:
            return
        if obj.base:
            self._flatten(obj.base, done, chain + [obj.name])
            for member in obj.base.members:
                if any(m.name == member.name for m in obj.members):
                    raise SchemaError(obj.where, f"'{obj.name}' has a member '{member.name}' "
                                      "of its own and one from its base")
            obj.members = obj.base.members + obj.members
        done.add(obj.name)
        if obj.tag:
            self._finish_union(obj)
            for branch in obj.variants.values():
                self._flatten(branch, done, chain + [obj.name])
                for member in branch.members:
                    if any(m.name == member.name for m in obj.members):
                        raise SchemaError(obj.where, f"union '{obj.name}' has a member "
                                          f"'{member.name}' in its base and in a branch")

    def all_types(self):
        """Types that need C definitions: no builtins, no lists."""
        return [t for t in self.types.values() if not isinstance(t, Builtin)] + self.implicit


def json_type(kind):
    """The JSON type by which an alternate's branch is told, or None."""
    if isinstance(kind, Builtin):
        name = BUILTINS[kind.name][1]
        return {"int": "number", "value": None}.get(name, name)
    if isinstance(kind, Enum):
        return "string"
    if isinstance(kind, Array):
        return "array"
    return "object" if isinstance(kind, Object) else None
