# SPDX-License-Identifier: MIT
"""The reference of all commands, events and types, as Markdown."""

from .schema import Alternate, Array, Builtin, Enum


def type_text(kind):
    if isinstance(kind, Array):
        return "list of " + type_text(kind.element)
    return kind.name if isinstance(kind, Builtin) else f"[{kind.name}](#{kind.name.lower()})"


def _items(rows):
    return "".join(f"- `{name}`{': ' + note if note else ''}{' — ' + text if text else ''}\n"
                   for name, note, text in rows)


def _documented(doc, name):
    return " ".join(doc.members.get(name, [])).strip() if doc else ""


def _member_list(title, members, doc):
    if not members:
        return ""
    rows = [(m.name, (type_text(m.type) if m.type else "") + (", optional" if m.optional else ""),
             _documented(doc, m.name)) for m in members]
    return f"{title}\n\n{_items(rows)}\n"


def describe(definition, members_title, members):
    doc = definition.doc
    text = f"### {definition.name}\n\n"
    if doc:
        text += "\n".join(doc.text).strip() + "\n\n"
    text += _member_list(members_title, members, doc)
    if getattr(definition, "tag", None):
        rows = [(value, type_text(t), "") for value, t in definition.variants.items()]
        text += f"More members, by the value of `{definition.tag.name}`:\n\n{_items(rows)}\n"
    if getattr(definition, "returns", None):
        text += f"Returns {type_text(definition.returns)}.\n\n"
    if doc:
        for feature, lines in doc.features.items():
            text += f"Feature `{feature}`: {' '.join(lines).strip()}\n\n"
        for title, lines in doc.sections:
            if title.startswith("Example"):
                text += "Example:\n\n" + "\n".join("    " + line for line in lines) + "\n\n"
            else:
                text += f"{title}: {' '.join(lines).strip()}\n\n"
    return text


def reference(schema):
    text = "# QMP reference\n\nMade by scripts/qapi-gen.py from the schema in qapi/.\n\n"
    text += "## Commands\n\n"
    for _, command in sorted(schema.commands.items()):
        text += describe(command, "Arguments:", command.args.members if command.args else [])
    text += "## Events\n\n"
    for _, event in sorted(schema.events.items()):
        text += describe(event, "Data:", event.args.members if event.args else [])
    text += "## Types\n\n"
    for name, kind in sorted(schema.types.items()):
        if isinstance(kind, Enum):
            text += describe(kind, "Values:", kind.values)
        elif isinstance(kind, Alternate):
            text += describe(kind, "One of:", kind.members)
        elif not isinstance(kind, Builtin):
            text += describe(kind, "Members:", kind.members)
    return text
