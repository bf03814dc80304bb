#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""scripts/qapi-gen.py: what is wrong with a schema is said with file and line; what comes out."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent.parent
GENERATOR = TOP / "scripts/qapi-gen.py"
sys.path.insert(0, str(TOP / "scripts"))

# pylint: disable=wrong-import-position
from qapi.parse import SchemaError, parse_schema  # noqa: E402
from qapi.schema import Schema                    # noqa: E402

# (schema, line of the error, part of the message)
BAD = [
    # The language.
    ("{ 'struct': 'A', 'data': { 'x': 1 } }", 1, "expected a string"),
    ("{ 'struct': 'A'\n  'data': {} }", 2, "expected ',' between members"),
    ("{ 'struct': 'A', 'struct': 'B' }", 1, "occurs twice"),
    ("{ 'struct': 'A', 'data': { x: 'str' } }", 1, "single quotes"),
    ("{ \"struct\": 'A' }", 1, "stray character '\"'"),
    ("# fine\n\n{ 'enum': 'A', 'data': [ 'a' }", 3, "expected ','"),
    ("{ 'enum': 'A', 'data': [", 1, "not 'end of file'"),
    ("[ 'a' ]", 1, "expected '{'"),
    ("{ 'enum': 'A', 'data': [ null ] }", 1, "not 'null'"),
    # Forms of expressions.
    ("{ 'data': {} }", 1, "exactly one of the keys"),
    ("{ 'struct': 'A', 'union': 'B' }", 1, "exactly one of the keys"),
    ("{ 'struct': [ 'A' ], 'data': {} }", 1, "must be a string"),
    ("{ 'struct': 'A' }", 1, "needs the key 'data'"),
    ("{ 'struct': 'A', 'data': {}, 'returns': 'str' }", 1, "can not have the key 'returns'"),
    ("{ 'command': 'a', 'boxed': 'yes' }", 1, "is true or false"),
    ("{ 'pragma': { 'colour': true } }", 1, "unknown pragma 'colour'"),
    ("{ 'pragma': { 'doc-required': 'yes' } }", 1, "is a bool"),
    ("{ 'include': 'nowhere.json' }", 1, "can not read"),
    ("{ 'include': 'x.json', 'if': 'A' }", 1, "and nothing else"),
    ("{ 'struct': 'A', 'data': {}, 'if': [ 'X' ] }", 1, "'if' is a symbol"),
    ("{ 'struct': 'A', 'data': {}, 'if': { 'none': [ 'X' ] } }", 1, "'if' is a symbol"),
    ("{ 'struct': 'A', 'data': {}, 'if': { 'any': [] } }", 1, "'if' is a symbol"),
    ("{ 'struct': 'A', 'data': {}, 'features': 'x' }", 1, "'features' is a list"),
    ("{ 'struct': 'A', 'data': {}, 'features': [ {} ] }", 1, "a feature is"),
    # Names.
    ("{ 'struct': 'point', 'data': {} }", 1, "'point' should be CamelCase"),
    ("{ 'struct': 'PointList', 'data': {} }", 1, "that of a list"),
    ("{ 'command': 'do_it' }", 1, "should be lower-case-with-hyphens"),
    ("{ 'event': 'happened' }", 1, "should be UPPER_CASE_WITH_UNDERSCORES"),
    ("{ 'enum': 'A', 'data': [ 'Big' ] }", 1, "should be lower-case-with-hyphens"),
    ("{ 'struct': 'A', 'data': { 'x_y': 'str' } }", 1, "should be lower-case-with-hyphens"),
    ("{ 'struct': 'A', 'data': {} }\n{ 'enum': 'A', 'data': [] }", 2, "defined twice"),
    ("{ 'command': 'a' }\n{ 'command': 'a' }", 2, "defined twice"),
    ("{ 'struct': 'int', 'data': {} }", 1, "should be CamelCase"),
    # Types.
    ("{ 'struct': 'A', 'data': { 'x': 'B' } }", 1, "there is no type 'B'"),
    ("{ 'struct': 'A', 'data': { 'x': [ 'int', 'str' ] } }", 1, "written ['TYPE']"),
    ("{ 'struct': 'A', 'data': { 'x': true } }", 1, "expected the name of a type"),
    ("{ 'struct': 'A', 'data': [ 'x' ] }", 1, "are written"),
    ("{ 'struct': 'A', 'data': { 'x': { 'default': 'str' } } }", 1, "is a type or"),
    ("{ 'struct': 'A', 'data': { 'x': 'int', '*x': 'int' } }", 1, "two members 'x'"),
    ("{ 'enum': 'A', 'data': { 'x': 'int' } }", 1, "are a list"),
    ("{ 'enum': 'A', 'data': [ 'x', 'x' ] }", 1, "two values 'x'"),
    ("{ 'struct': 'A', 'data': {}, 'base': 'str' }", 1, "must be a struct"),
    ("{ 'struct': 'A', 'data': {}, 'base': 'A' }", 1, "its own base"),
    ("{ 'struct': 'A', 'data': {}, 'base': 'B' }\n{ 'struct': 'B', 'data': {}, 'base': 'A' }", 1,
     "its own base"),
    ("{ 'struct': 'B', 'data': { 'x': 'int' } }\n"
     "{ 'struct': 'A', 'data': { 'x': 'int' }, 'base': 'B' }", 2, "of its own and one"),
    ("{ 'enum': 'E', 'data': [ 'a' ] }\n{ 'struct': 'S', 'data': {} }\n"
     "{ 'union': 'U', 'base': { 'e': 'E' }, 'discriminator': 'f', 'data': { 'a': 'S' } }", 3,
     "discriminator 'f'"),
    ("{ 'enum': 'E', 'data': [ 'a' ] }\n{ 'struct': 'S', 'data': {} }\n"
     "{ 'union': 'U', 'base': { '*e': 'E' }, 'discriminator': 'e', 'data': { 'a': 'S' } }", 3,
     "mandatory"),
    ("{ 'enum': 'E', 'data': [ 'a' ] }\n{ 'struct': 'S', 'data': {} }\n"
     "{ 'union': 'U', 'base': { 'e': 'E' }, 'discriminator': 'e', 'data': { 'b': 'S' } }", 3,
     "is no value of enum 'E'"),
    ("{ 'enum': 'E', 'data': [ 'a' ] }\n"
     "{ 'union': 'U', 'base': { 'e': 'E' }, 'discriminator': 'e', 'data': { 'a': 'str' } }", 2,
     "must be a struct"),
    ("{ 'enum': 'E', 'data': [ 'a' ] }\n{ 'struct': 'S', 'data': { 'e': 'str' } }\n"
     "{ 'union': 'U', 'base': { 'e': 'E' }, 'discriminator': 'e', 'data': { 'a': 'S' } }", 3,
     "in its base and in a branch"),
    ("{ 'alternate': 'A', 'data': { 'x': 'str', 'y': 'str' } }", 1, "both of JSON type string"),
    ("{ 'alternate': 'A', 'data': { 'x': 'int', 'y': 'number' } }", 1, "both of JSON type"),
    ("{ 'alternate': 'A', 'data': { 'x': 'any' } }", 1, "can not be told"),
    # Commands and events.
    ("{ 'command': 'a', 'returns': 'str' }", 1, "should return an object"),
    ("{ 'command': 'a', 'returns': [ 'int' ] }", 1, "should return an object"),
    ("{ 'command': 'a', 'data': 'str' }", 1, "must be a struct"),
    ("{ 'command': 'a', 'data': { 'x': 'int' }, 'boxed': true }", 1, "boxed 'a' needs"),
    ("{ 'event': 'A', 'data': 'Nothing' }", 1, "there is no type 'Nothing'"),
    # Documentation.
    ("{ 'pragma': { 'doc-required': true } }\n{ 'command': 'a' }", 2, "has no documentation"),
    ("##\n# @b:\n##\n{ 'command': 'a' }", 1, "documents 'b'"),
    ("##\n# text\n##\n{ 'command': 'a' }", 1, "first line must be"),
    ("##\n# @a:\n#text\n##\n{ 'command': 'a' }", 3, "starts with '# '"),
    ("##\n# @a:\n# @x: what\n##\n{ 'command': 'a' }", 1, "tells of 'x'"),
    ("##\n# @a:\n##\n{ 'command': 'a', 'data': { 'x': 'int' } }", 1, "'x' of 'a' has no"),
    ("##\n# @a:\n##\n{ 'command': 'a', 'features': [ 'f' ] }", 1, "feature 'f' of 'a' has no"),
    ("##\n# @a:\n##\n{ 'include': 'x.json' }", 1, "in front of a definition"),
]


def run(schema, *options, extra=None):
    """(error, {file: text}) of the generator on a schema."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "s.json"
        path.write_text(schema)
        for name, text in (extra or {}).items():
            (Path(scratch) / name).write_text(text)
        done = subprocess.run([sys.executable, GENERATOR, "s.json", "out", *options], cwd=scratch,
                              capture_output=True, text=True, timeout=60, check=False)
        out = {p.name: p.read_text() for p in Path(scratch).glob("out/*")}
    return (done.stderr if done.returncode else None), out


class Errors(unittest.TestCase):
    def test_each(self):
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "s.json"
            for schema, line, message in BAD:
                with self.subTest(schema=schema):
                    path.write_text(schema)
                    with self.assertRaises(SchemaError) as caught:
                        Schema(parse_schema(path)[0], set())
                    error = str(caught.exception)
                    self.assertEqual(len(error.splitlines()), 1, error)
                    self.assertTrue(error.startswith(f"{path}:{line}: "), error)
                    self.assertIn(message, error)

    def test_program(self):
        error, out = run("{ 'struct': 'a', 'data': {} }")
        self.assertEqual(error, "s.json:1: struct 'a' should be CamelCase\n")
        self.assertEqual(out, {})

    def test_in_an_included_file(self):
        error, _ = run("{ 'include': 'b.json' }", extra={"b.json": "\n{ 'struct': 'a' }"})
        self.assertTrue(error.startswith("b.json:2: "), error)

    def test_modules_of_the_build(self):
        error, _ = run("{ 'include': 'b.json' }", "--modules", "s", extra={"b.json": ""})
        self.assertIn("s,b", error)


class Output(unittest.TestCase):
    def test_condition(self):
        schema = ("{ 'enum': 'E', 'data': [ 'a', { 'name': 'b', 'if': 'CONFIG_B' } ] }\n"
                  "{ 'command': 'c', 'if': { 'all': [ 'CONFIG_B', { 'not': 'CONFIG_C' } ] } }\n"
                  "{ 'command': 'd', 'if': { 'any': [ 'CONFIG_B', 'CONFIG_C' ] } }\n")
        for config, expected in (("", (False, False, False)),
                                 ("#define CONFIG_B", (True, True, True)),
                                 ("#define CONFIG_C 1\n#define CONFIG_B", (True, False, True)),
                                 ("#undef CONFIG_B\n# define CONFIG_C", (False, False, True))):
            error, out = run(schema, "--config", "c.h", extra={"c.h": config})
            self.assertIsNone(error)
            self.assertEqual(("E_B" in out["qapi-types-s.h"], "qmp_c(" in out["qapi-commands-s.h"],
                              "qmp_d(" in out["qapi-commands-s.h"]), expected)

    def test_prototypes(self):
        schema = ("{ 'struct': 'S', 'data': {} }\n"
                  "{ 'command': 'get-it', 'data': { 'a': 'int', '*b': 'bool', '*c': 'str',\n"
                  "  'd': [ 'S' ] }, 'returns': [ 'S' ] }\n"
                  "{ 'command': 'boxed', 'data': 'S', 'boxed': true }\n"
                  "{ 'command': 'raw', 'data': { 'a': 'int' }, 'gen': false }\n"
                  "{ 'event': 'GOT_IT', 'data': { 'a': 'S', '*n': 'uint8' } }\n")
        error, out = run(schema)
        self.assertIsNone(error)
        for text in ("SList *qmp_get_it(int64_t a, bool has_b, bool b, const char *c, SList *d, "
                     "Error **errp);",
                     "void qmp_boxed(S *arg, Error **errp);",
                     "bool qmp_raw(QObject *args, QObject **ret, Error **errp);"):
            self.assertIn(text, out["qapi-commands-s.h"])
        self.assertIn("void qapi_event_send_got_it(S *a, bool has_n, uint8_t n);",
                      out["qapi-events-s.h"])

    def test_include_once(self):
        error, out = run("{ 'include': 'b.json' }\n{ 'include': 'c.json' }", extra={
            "b.json": "{ 'include': 'c.json' }\n{ 'struct': 'B', 'data': { 'c': 'C' } }",
            "c.json": "{ 'struct': 'C', 'data': {} }"})
        self.assertIsNone(error)
        self.assertIn('#include "qapi/qapi-types-c.h"', out["qapi-types-b.h"])

    def test_reference(self):
        error, out = run("##\n# @a:\n#\n# Does it.\n#\n# @x: how\n#     much\n#\n# Since: 1.0\n"
                         "##\n{ 'command': 'a', 'data': { '*x': [ 'int' ] } }")
        self.assertIsNone(error)
        self.assertIn("### a\n\nDoes it.\n", out["qmp-reference.md"])
        self.assertIn("- `x`: list of int, optional — how much\n", out["qmp-reference.md"])
        self.assertIn("Since: 1.0", out["qmp-reference.md"])


if __name__ == "__main__":
    unittest.main()
