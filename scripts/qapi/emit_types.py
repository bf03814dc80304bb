# SPDX-License-Identifier: MIT
"""C types of the schema, their descriptors (QapiType) and visitors.

qapi-types-MODULE.h   enums, structs, lists; qapi_free_X()
qapi-visit-MODULE.h   visit_type_X()
qapi-types.c          one descriptor a type, from which include/qapi/type.h's functions work
"""

from .names import (c_name, c_type, descriptor, enum_constant, enum_end, is_pointer, module_of)
from .schema import Alternate, Enum, Object, json_type

BANNER = "/* SPDX-License-Identifier: MIT */\n/* Made by scripts/qapi-gen.py from {source}. */\n"
QTYPES = {"null": "QTYPE_QNULL", "number": "QTYPE_QNUM", "string": "QTYPE_QSTRING",
          "object": "QTYPE_QDICT", "array": "QTYPE_QLIST", "boolean": "QTYPE_QBOOL"}


def guard(name, body, source):
    macro = c_name(name).upper()
    return (BANNER.format(source=source) + f"#ifndef {macro}\n#define {macro}\n\n" + body
            + "\n#endif\n")


def list_definitions(kind, schema):
    """The list of a type, and lists of lists where the schema has them."""
    name = c_name(kind.name)
    text = (f"struct {name}List {{\n    {name}List *next;\n    {c_type(kind)}value;\n}};\n"
            f"extern const QapiType {name}List_qapi;\n")
    nested = schema.arrays.get(kind.name + "List")
    return text + (list_definitions(nested.element, schema) if nested else "")


def list_typedefs(kind, schema):
    name = c_name(kind.name)
    text = f"typedef struct {name}List {name}List;\n"
    nested = schema.arrays.get(kind.name + "List")
    return text + (list_typedefs(nested.element, schema) if nested else "")


def enum_definition(enum):
    rows = "".join(f"    {enum_constant(enum, v.name)},\n" for v in enum.values)
    name = c_name(enum.name)
    return (f"typedef enum {name} {{\n{rows}    {enum_end(enum)},\n}} {name};\n"
            f"extern const QEnumLookup {name}_lookup;\n"
            f"#define {name}_str(val) qapi_enum_lookup(&{name}_lookup, (val))\n")


def member_fields(members):
    text = ""
    for m in members:
        if m.optional and not is_pointer(m.type):
            text += f"    bool has_{c_name(m.name).removeprefix('q_')};\n"
        text += f"    {c_type(m.type)}{c_name(m.name)};\n"
    return text


def object_definition(obj):
    text = member_fields(obj.members)
    branches = [(value, t) for value, t in obj.variants.items() if has_fields(t)]
    if branches:
        text += "    union {\n"
        text += "".join(f"        {c_name(t.name)} {c_name(value)};\n" for value, t in branches)
        text += "    } u;\n"
    if not text:
        text = "    char qapi_nothing;\n"
    return f"struct {c_name(obj.name)} {{\n{text}}};\n"


def alternate_definition(alt):
    fields = "".join(f"        {alternate_field(m)};\n" for m in alt.members)
    return (f"struct {c_name(alt.name)} {{\n    QType type;\n    union {{\n{fields}    }} u;\n"
            "};\n")


def alternate_field(member):
    # A struct is embedded, as in a union.
    if isinstance(member.type, Object):
        return f"{c_name(member.type.name)} {c_name(member.name)}"
    return f"{c_type(member.type)}{c_name(member.name)}"


def has_fields(obj):
    return bool(obj.members or obj.variants)


def embedded(kind):
    """Types whose definition must come before this one's."""
    if isinstance(kind, Object):
        return [t for t in kind.variants.values() if has_fields(t)]
    if isinstance(kind, Alternate):
        return [m.type for m in kind.members if isinstance(m.type, Object)]
    return []


def in_order(kinds):
    """Objects and alternates, embedded ones first."""
    done, result = set(), []

    def add(kind):
        if kind.name not in done:
            done.add(kind.name)
            for inner in embedded(kind):
                add(inner)
            result.append(kind)

    for kind in kinds:
        add(kind)
    return [k for k in result if k in kinds]


def used_types(kind):
    if isinstance(kind, Object):
        yield from (m.type for m in kind.members)
        yield from kind.variants.values()
    elif isinstance(kind, Alternate):
        yield from (m.type for m in kind.members)


def types_header(schema, module, source):
    kinds = [t for t in schema.all_types() if t.module == module]
    enums = [t for t in kinds if isinstance(t, Enum)]
    structs = [t for t in kinds if not isinstance(t, Enum)]
    modules = {module_of(used) for t in structs for used in used_types(t)} - {None, module}
    public = [t for t in kinds if not getattr(t, "implicit", False)]
    body = '#include "qapi/type.h"\n'
    body += "".join(f'#include "qapi/qapi-types-{m}.h"\n' for m in sorted(modules)) + "\n"
    body += "".join(enum_definition(t) + "\n" for t in enums)
    body += "".join(f"typedef struct {c_name(t.name)} {c_name(t.name)};\n" for t in structs)
    body += "".join(list_typedefs(t, schema) for t in public) + "\n"
    for t in in_order(structs):
        body += (alternate_definition if isinstance(t, Alternate) else object_definition)(t) + "\n"
    body += "".join(f"extern const QapiType {descriptor(t)};\n" for t in kinds)
    body += "".join(list_definitions(t, schema) for t in public) + "\n"
    for t in public:
        name = c_name(t.name)
        if not isinstance(t, Enum):
            body += free_function(name)
        body += free_function(name + "List")
    return guard(f"qapi-types-{module}.h", body, source)


def free_function(name):
    return (f"static inline void qapi_free_{name}({name} *obj)\n{{\n"
            f"    qapi_free(&{name}_qapi, &obj);\n}}\n"
            f"G_DEFINE_AUTOPTR_CLEANUP_FUNC({name}, qapi_free_{name})\n")


def visit_header(schema, module, source):
    body = f'#include "qapi/qapi-types-{module}.h"\n#include "qapi/visitor.h"\n\n'
    for t in schema.all_types():
        if t.module != module or getattr(t, "implicit", False):
            continue
        name, star = c_name(t.name), "" if isinstance(t, Enum) else "*"
        body += visit_function(name, f"{name} {star}") + visit_function(name + "List",
                                                                        f"{name}List *")
    return guard(f"qapi-visit-{module}.h", body, source)


def visit_function(name, ctype):
    return (f"static inline bool visit_type_{name}(Visitor *v, const char *name, {ctype}*obj,\n"
            f"                                     Error **errp)\n{{\n"
            f"    return qapi_visit(v, name, &{name}_qapi, obj, errp);\n}}\n")


# --- descriptors ---

def member_row(obj, member):
    owner, field = c_name(obj.name), c_name(member.name)
    row = (f'"{member.name}", &{descriptor(member.type)}, offsetof({owner}, {field}), '
           f"{'true' if member.optional else 'false'}")
    if member.optional and not is_pointer(member.type):
        row += f", offsetof({owner}, has_{field.removeprefix('q_')})"
    else:
        row += ", QAPI_NO_FLAG"
    return f"    {{ {row} }},\n"


def object_descriptor(obj):
    name, text = c_name(obj.name), ""
    fields = f'.name = "{obj.name}", .kind = QAPI_STRUCT, .size = sizeof({name}),\n'
    if obj.members:
        rows = "".join(member_row(obj, m) for m in obj.members)
        text += f"static const QapiMember {name}_members[] = {{\n{rows}}};\n"
        fields += f"    .members = {name}_members, .n_members = {len(obj.members)},\n"
    if obj.tag:
        rows = "".join(f"    [{enum_constant(obj.tag.type, value)}] = &{descriptor(t)},\n"
                       for value, t in obj.variants.items())
        if rows:
            text += (f"static const QapiType *const {name}_variants[{enum_end(obj.tag.type)}] = "
                     f"{{\n{rows}}};\n")
            fields += f"    .variants = {name}_variants,\n"
        if any(has_fields(t) for t in obj.variants.values()):
            fields += f"    .variant_offset = offsetof({name}, u),\n"
        fields += (f"    .tag_offset = offsetof({name}, {c_name(obj.tag.name)}),\n"
                   f"    .n_variants = {enum_end(obj.tag.type) if rows else 0},\n")
    return text + f"const QapiType {descriptor(obj)} = {{\n    {fields}}};\n"


def alternate_descriptor(alt):
    name = c_name(alt.name)
    rows = "".join(f"    [{QTYPES[json_type(m.type)]}] = &{descriptor(m.type)},\n"
                   for m in alt.members)
    return (f"static const QapiType *const {name}_variants[QTYPE__MAX] = {{\n{rows}}};\n"
            f"const QapiType {descriptor(alt)} = {{\n    .name = \"{alt.name}\", "
            f".kind = QAPI_ALTERNATE, .size = sizeof({name}),\n    .variants = {name}_variants, "
            f".n_variants = QTYPE__MAX,\n    .variant_offset = offsetof({name}, u),\n"
            f"    .tag_offset = offsetof({name}, type),\n}};\n")


def enum_descriptor(enum):
    name = c_name(enum.name)
    rows = "".join(f'    [{enum_constant(enum, v.name)}] = "{v.name}",\n' for v in enum.values)
    return (f"static const char *const {name}_names[] = {{\n{rows}}};\n"
            f"const QEnumLookup {name}_lookup = {{ {name}_names, {enum_end(enum)} }};\n"
            f"const QapiType {descriptor(enum)} = {{\n    .name = \"{enum.name}\", "
            f".kind = QAPI_ENUM, .size = sizeof({name}), .lookup = &{name}_lookup,\n}};\n")


def list_descriptor(kind, schema):
    name = c_name(kind.name)
    text = (f"const QapiType {name}List_qapi = {{\n    .name = \"{name}List\", .kind = QAPI_LIST, "
            f".size = sizeof({name}List),\n    .element = &{descriptor(kind)},\n}};\n")
    nested = schema.arrays.get(kind.name + "List")
    return text + (list_descriptor(nested.element, schema) if nested else "")


def types_source(schema, modules, source):
    text = BANNER.format(source=source) + '#include "qemu/osdep.h"\n\n'
    text += "".join(f'#include "qapi/qapi-types-{m}.h"\n' for m in modules) + "\n"
    for t in schema.all_types():
        if isinstance(t, Enum):
            text += enum_descriptor(t)
        elif isinstance(t, Alternate):
            text += alternate_descriptor(t)
        else:
            text += object_descriptor(t)
        if not getattr(t, "implicit", False):
            text += list_descriptor(t, schema)
        text += "\n"
    return text
