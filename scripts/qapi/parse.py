# SPDX-License-Identifier: MIT
"""Reading schema files: text to a list of Expression.

The language is JSON with single quotes, '#' comments and neither numbers nor null. A block of
comment lines between two '##' lines is the documentation of the expression that follows it.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path


class SchemaError(Exception):
    """Something is wrong with the schema; the message begins with FILE:LINE."""

    def __init__(self, where, message):
        super().__init__(f"{where}: {message}")


@dataclass(frozen=True)
class Where:
    path: str
    line: int

    def __str__(self):
        return f"{self.path}:{self.line}"


@dataclass
class Doc:
    """Documentation of one definition."""
    where: Where
    symbol: str = ""
    text: list = field(default_factory=list)      # lines before any section
    members: dict = field(default_factory=dict)   # name -> lines
    features: dict = field(default_factory=dict)
    sections: list = field(default_factory=list)  # (title, lines)


@dataclass
class Expression:
    where: Where
    module: str
    body: dict
    doc: Doc = None


TOKEN = re.compile(r"""
    (?P<space>[ \t\r]+)
  | (?P<newline>\n)
  | (?P<doc>\#\#[ \t]*\n(?:\#.*\n)*?\#\#[ \t]*(?=\n|\Z))
  | (?P<comment>\#[^\n]*)
  | (?P<punct>[{}\[\]:,])
  | '(?P<string>[^'\\\n]*)'
  | (?P<word>\w+)
""", re.X)
SECTIONS = ("Returns", "Errors", "Since", "Note", "Example", "Example:", "Features", "See also")


class _Reader:
    """Tokens of one file, one ahead."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.at, self.line = 0, 1
        self.doc = None
        self.advance()

    @property
    def where(self):
        return Where(self.path, self.token_line)

    def fail(self, message):
        raise SchemaError(self.where, message)

    def _next_match(self):
        while self.at < len(self.text):
            match = TOKEN.match(self.text, self.at)
            if not match:
                self.token_line = self.line
                self.fail(f"stray character {self.text[self.at]!r}")
            self.token_line = self.line
            self.line += match[0].count("\n")
            self.at = match.end()
            if match.lastgroup == "doc":
                self.doc = parse_doc(Where(self.path, self.token_line), match["doc"])
            elif match.lastgroup not in ("space", "newline", "comment"):
                return match
        self.token_line = self.line
        return None

    def advance(self):
        match = self._next_match()
        self.kind = match.lastgroup if match else "end"
        self.token = match[self.kind] if match else "end of file"

    def accept(self, punct):
        found = self.kind == "punct" and self.token == punct
        if found:
            self.advance()
        return found

    def expect(self, punct, what):
        if not self.accept(punct):
            self.fail(f"expected '{punct}' {what}, not {self.token!r}")

    def value(self):
        if self.accept("{"):
            return self.members()
        if self.accept("["):
            return self.elements()
        token = self.token
        if self.kind == "string":
            self.advance()
            return token
        if self.kind == "word" and token in ("true", "false"):
            self.advance()
            return token == "true"
        return self.fail(f"expected a string, true, false, '{{' or '[', not {token!r}")

    def members(self):
        result = {}
        while not self.accept("}"):
            if result:
                self.expect(",", "between members")
            if self.kind != "string":
                self.fail(f"expected a member's name in single quotes, not {self.token!r}")
            if self.token in result:
                self.fail(f"member '{self.token}' occurs twice")
            name = self.token
            self.advance()
            self.expect(":", f"after '{name}'")
            result[name] = self.value()
        return result

    def elements(self):
        result = []
        while not self.accept("]"):
            if result:
                self.expect(",", "between elements")
            result.append(self.value())
        return result


def parse_doc(where, block):
    """A documentation block. Text of a member or section is indented below its first line."""
    doc = Doc(where)
    target, in_features = doc.text, False
    for number, line in enumerate(block.split("\n")[1:-1], 1):
        if line not in ("#",) and not line.startswith("# "):
            raise SchemaError(Where(where.path, where.line + number),
                              "a documentation line starts with '# '")
        text = line[2:]
        name = re.match(r"@([\w.*-]+):\s*(.*)", text)
        section = re.match(r"({}):\s*(.*)".format("|".join(SECTIONS)), text)
        if name and not doc.symbol:
            doc.symbol = name[1]
            continue
        if name:
            target = (doc.features if in_features else doc.members).setdefault(name[1], [])
            text = name[2]
        elif section:
            in_features = section[1] == "Features"
            target = []
            if not in_features:
                doc.sections.append((section[1], target))
            text = section[2]
        elif text and not text.startswith(" ") and target is not doc.text:
            target = doc.text
        target.append(text.strip() if target is not doc.text else text)
    if not doc.symbol:
        raise SchemaError(where, "the documentation's first line must be '# @NAME:'")
    return doc


def _read_expressions(path, chain):
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise SchemaError(chain[-1] if chain else path, f"can not read: {error}") from None
    reader = _Reader(str(path), text)
    while reader.kind != "end":
        where, doc = reader.where, reader.doc
        reader.expect("{", "at the start of an expression")
        # A block inside the expression or after it is the next one's.
        reader.doc = None
        yield Expression(where, Path(path).stem, reader.members(), doc)


def parse_schema(path):
    """(expressions, module names in order of first mention) of a file and what it includes."""
    expressions, modules = [], []
    _parse_into(Path(path), expressions, modules, [])
    return expressions, modules


def _parse_into(path, expressions, modules, chain):
    if path.stem in modules:
        return
    modules.append(path.stem)
    for expr in _read_expressions(path, chain):
        if expr.doc and ("include" in expr.body or "pragma" in expr.body):
            raise SchemaError(expr.doc.where, "documentation belongs in front of a definition")
        if "include" not in expr.body:
            expressions.append(expr)
            continue
        include = expr.body["include"]
        if len(expr.body) != 1 or not isinstance(include, str):
            raise SchemaError(expr.where, "expected { 'include': 'FILE' } and nothing else")
        _parse_into(path.parent / include, expressions, modules, chain + [expr.where])
