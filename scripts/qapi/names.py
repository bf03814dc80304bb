# SPDX-License-Identifier: MIT
"""Names in C for names in the schema."""

import re

from .schema import BUILTINS, Array, Builtin, Enum

RESERVED = frozenset("""
    auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union
    unsigned void volatile while asm typeof linux unix errno
    and bool catch class compl delete explicit export false friend mutable namespace new not
    operator or private protected public template this throw true try typeid typename using
    virtual xor
""".split())


def c_name(name):
    name = re.sub(r"\W", "_", name)
    return "q_" + name if name in RESERVED or name[0].isdigit() else name


def c_upper(name):
    """OnOffAuto -> ON_OFF_AUTO, host-qmp-quit -> HOST_QMP_QUIT."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    name = re.sub(r"([A-Z])([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"\W", "_", name).upper()


def enum_constant(enum, value):
    prefix = enum.prefix if enum.prefix is not None else c_upper(enum.name)
    return f"{prefix}_{c_upper(value)}"


def enum_end(enum):
    return f"{enum.prefix if enum.prefix is not None else c_upper(enum.name)}__MAX"


def is_pointer(kind):
    """Is a value of this type a pointer in C?"""
    if isinstance(kind, Builtin):
        return BUILTINS[kind.name][0].endswith("*")
    return not isinstance(kind, Enum)


def c_type(kind):
    """The type of a variable, with a blank or '*' at its end."""
    if isinstance(kind, Builtin):
        text = BUILTINS[kind.name][0]
        return text if text.endswith("*") else text + " "
    return f"{c_name(kind.name)} {'*' if is_pointer(kind) else ''}"


def c_param(kind):
    """The type of a parameter: a string is not the callee's to change."""
    text = c_type(kind)
    return "const " + text if text == "char *" else text


def descriptor(kind):
    if isinstance(kind, Builtin):
        return f"qapi_type_{kind.name}"
    return f"{c_name(kind.name)}_qapi"


def module_of(kind):
    while isinstance(kind, Array):
        kind = kind.element
    return getattr(kind, "module", None)
