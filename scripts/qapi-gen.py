#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Make C from the QMP schema: types, visitors, commands, events, introspection, reference.

qapi-gen.py SCHEMA OUTDIR [--config HEADER] [--modules A,B,...]

--config names a header; its `#define`d names satisfy 'if'. --modules is the list that the build
expects: it must be what SCHEMA includes.
"""

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
from qapi import emit_commands, emit_doc, emit_types, introspect  # noqa: E402
from qapi.parse import SchemaError, parse_schema                  # noqa: E402
from qapi.schema import Schema                                    # noqa: E402


def read_config(path):
    """Names that the configuration header defines."""
    if not path:
        return set()
    return set(re.findall(r"^\s*#\s*define\s+(\w+)", Path(path).read_text(), re.M))


def generate(schema, modules, source):
    """{file name: text}"""
    files = {}
    for module in modules:
        files[f"qapi-types-{module}.h"] = emit_types.types_header(schema, module, source)
        files[f"qapi-visit-{module}.h"] = emit_types.visit_header(schema, module, source)
        files[f"qapi-commands-{module}.h"] = emit_commands.commands_header(schema, module, source)
        files[f"qapi-events-{module}.h"] = emit_commands.events_header(schema, module, source)
    files["qapi-types.c"] = emit_types.types_source(schema, modules, source)
    files["qapi-commands.c"] = emit_commands.commands_source(schema, modules, source)
    files["qapi-events.c"] = emit_commands.events_source(schema, modules, source)
    banner = emit_types.BANNER.format(source=source)
    files["qapi-introspect.c"] = introspect.introspect_source(schema, banner)
    files["qmp-reference.md"] = emit_doc.reference(schema)
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("schema")
    parser.add_argument("outdir")
    parser.add_argument("--config")
    parser.add_argument("--modules")
    args = parser.parse_args()
    try:
        expressions, modules = parse_schema(args.schema)
        schema = Schema(expressions, read_config(args.config))
    except SchemaError as error:
        sys.exit(str(error))
    if args.modules and set(args.modules.split(",")) != set(modules):
        sys.exit(f"{args.schema}: its modules are {','.join(modules)}; the build lists "
                 f"{args.modules}")
    outdir = Path(args.outdir)
    outdir.mkdir(parents=True, exist_ok=True)
    for name, text in generate(schema, modules, "qapi/" + Path(args.schema).name).items():
        (outdir / name).write_text(text)


if __name__ == "__main__":
    main()
