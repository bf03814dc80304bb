# SPDX-License-Identifier: MIT
"""Commands and events in C: prototypes, the dispatch table, senders."""

from .emit_types import BANNER, guard
from .names import c_name, c_param, c_type, descriptor, is_pointer, module_of


def parameters(args, boxed):
    """(declaration, member) of each parameter of a handler or sender."""
    if not args:
        return []
    if boxed:
        return [(f"{c_name(args.name)} *arg", None)]
    result = []
    for m in args.members:
        name = c_name(m.name)
        if m.optional and not is_pointer(m.type):
            result.append((f"bool has_{name.removeprefix('q_')}", m))
        result.append((f"{c_param(m.type)}{name}", m))
    return result


def return_type(command):
    return c_type(command.returns) if command.returns else "void "


def prototype(command):
    if not command.gen:
        return f"bool qmp_{c_name(command.name)}(QObject *args, QObject **ret, Error **errp)"
    params = [text for text, _ in parameters(command.args, command.boxed)] + ["Error **errp"]
    return f"{return_type(command)}qmp_{c_name(command.name)}({', '.join(params)})"


def includes(definitions, module):
    kinds = []
    for d in definitions:
        kinds += [m.type for m in d.args.members] + [d.args] if d.args else []
        kinds += [d.returns] if getattr(d, "returns", None) else []
    modules = {module} | {module_of(kind) for kind in kinds} - {None}
    return "".join(f'#include "qapi/qapi-types-{m}.h"\n' for m in sorted(modules))


def commands_header(schema, module, source):
    commands = [c for c in schema.commands.values() if c.module == module]
    body = includes(commands, module) + '#include "qapi/error.h"\n\n'
    body += "".join(prototype(c) + ";\n" for c in commands)
    return guard(f"qapi-commands-{module}.h", body, source)


def call(command):
    """The function that unpacks the arguments, calls the handler and stores what it returns."""
    name = c_name(command.name)
    args = ""
    for text, _ in parameters(command.args, command.boxed):
        field = text.rpartition(" ")[2].lstrip("*")
        args += "arg, " if command.boxed else f"arg->{field}, "
    unpack = f"    {c_name(command.args.name)} *arg = args;\n" if args else ""
    target = f"*({return_type(command)}*)ret = " if command.returns else ""
    return (f"static bool call_{name}(void *args, void *ret, Error **errp)\n{{\n"
            f"    ERRP_GUARD();\n{unpack}    {target}qmp_{name}({args}errp);\n"
            f"    return !*errp;\n}}\n\n")


def table_row(command):
    name = c_name(command.name)
    flags = [flag for flag, on in (
        ("QCO_ALLOW_PRECONFIG", command.allow_preconfig), ("QCO_ALLOW_OOB", command.allow_oob),
        ("QCO_NO_SUCCESS_RESP", not command.success_response),
        ("QCO_DEPRECATED", "deprecated" in command.features),
        ("QCO_UNSTABLE", "unstable" in command.features)) if on]
    args = f"&{descriptor(command.args)}" if command.args else "NULL"
    ret = f"&{descriptor(command.returns)}" if command.returns else "NULL"
    fn = f".call = call_{name}" if command.gen else f".raw = qmp_{name}"
    return (f'    {{ .name = "{command.name}", .options = {" | ".join(flags) or "0"},\n'
            f"      .args = {args}, .ret = {ret}, {fn} }},\n")


def commands_source(schema, modules, source):
    text = BANNER.format(source=source) + '#include "qemu/osdep.h"\n\n'
    text += "".join(f'#include "qapi/qapi-commands-{m}.h"\n' for m in modules)
    text += '#include "qapi/qmp-command.h"\n\n'
    text += "".join(call(c) for c in schema.commands.values() if c.gen)
    rows = "".join(table_row(c) for _, c in sorted(schema.commands.items()))
    return text + f"const QmpCommand qmp_commands[] = {{\n{rows}    {{ .name = NULL }},\n}};\n"


# --- events ---

def event_prototype(event):
    params = [text for text, _ in parameters(event.args, event.boxed)]
    return f"void qapi_event_send_{c_name(event.name.lower())}({', '.join(params) or 'void'})"


def events_header(schema, module, source):
    events = [e for e in schema.events.values() if e.module == module]
    body = includes(events, module) + "\n" + "".join(event_prototype(e) + ";\n" for e in events)
    return guard(f"qapi-events-{module}.h", body, source)


def event_sender(event):
    text = event_prototype(event) + "\n{\n"
    if not event.args:
        return text + f'    qapi_event_send("{event.name}", NULL, NULL);\n}}\n\n'
    if event.boxed:
        source = "arg"
    else:
        source = "&data"
        fields = ""
        for param, m in parameters(event.args, False):
            field = param.rpartition(" ")[2].lstrip("*")
            cast = "(char *)" if param.startswith("const char *") else ""
            fields += f"        .{field} = {cast}{field},\n"
        text += f"    {c_name(event.args.name)} data = {{\n{fields}    }};\n"
    return (text + f'    qapi_event_send("{event.name}", &{descriptor(event.args)}, {source});\n'
            "}\n\n")


def events_source(schema, modules, source):
    text = BANNER.format(source=source) + '#include "qemu/osdep.h"\n\n'
    text += '#include "qapi/event.h"\n'
    text += "".join(f'#include "qapi/qapi-events-{m}.h"\n' for m in modules) + "\n"
    return text + "".join(event_sender(e) for e in schema.events.values())
