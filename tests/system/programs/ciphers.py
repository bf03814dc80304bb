# SPDX-License-Identifier: MIT
"""ciphers.py LENGTH...: every digest and cipher that libcrypto has, on data of these lengths.

One line `kind name length: result` each, by the library itself: the command `openssl enc` knows no
modes with authentication. What is decrypted must be what was encrypted.
"""

import ctypes
import hashlib
import re
import subprocess
import sys

PROVIDERS = ("default", "legacy")
GCM, CCM, XTS, WRAP, OCB, SIV = 6, 7, 0x10001, 0x10002, 0x10003, 0x10004
SET_IV_LENGTH, GET_TAG, SET_TAG = 9, 0x10, 0x11
FLAG_AEAD, FLAG_CTS, WRAP_ALLOW = 0x200000, 0x4000, 1

lib = ctypes.CDLL("libcrypto.so.3")
for function in ("EVP_MD_fetch", "EVP_CIPHER_fetch", "EVP_CIPHER_CTX_new", "OSSL_PROVIDER_load",
                 "EVP_CIPHER_get_flags"):
    getattr(lib, function).restype = ctypes.c_void_p


class Refused(Exception):
    pass


def must(status):
    if status <= 0:
        raise Refused


def make_bytes(length, seed):
    return hashlib.shake_128(seed.encode()).digest(length)


def names(kind):
    """Names of the algorithms of KIND, one each, as `openssl list` shows them."""
    providers = [word for name in PROVIDERS for word in ("-provider", name)]
    out = subprocess.run(["openssl", "list", f"-{kind}-algorithms", *providers], check=True,
                         capture_output=True, text=True).stdout
    found = set()
    for line in out.partition("Provided:")[2].splitlines():
        match = re.match(r"\s*(?:\{(.*)\}|(\S+)) @ ", line)
        if match:
            # Aliases are in no order; object identifiers start with a digit.
            found.add(min(n for n in (match[1] or match[2]).replace(" ", "").split(",")
                          if not n[0].isdigit()))
    return sorted(found)


def digests(lengths):
    for name in names("digest"):
        md = ctypes.c_void_p(lib.EVP_MD_fetch(None, name.encode(), None))
        for length in lengths:
            data = make_bytes(length, "digest")
            out, size = ctypes.create_string_buffer(1024), ctypes.c_uint(0)
            good = md and lib.EVP_Digest(data, ctypes.c_size_t(length), out, ctypes.byref(size),
                                         md, None) > 0
            print(f"digest {name} {length}: {out.raw[:size.value].hex() if good else 'refused'}")


class Cipher:
    def __init__(self, name):
        self.name = name
        self.it = ctypes.c_void_p(lib.EVP_CIPHER_fetch(None, name.encode(), None))
        self.mode = lib.EVP_CIPHER_get_mode(self.it)
        self.flags = lib.EVP_CIPHER_get_flags(self.it) or 0
        self.key = make_bytes(lib.EVP_CIPHER_get_key_length(self.it), "key " + name)
        self.iv = make_bytes(lib.EVP_CIPHER_get_iv_length(self.it), "iv " + name)
        self.aead = bool(self.flags & FLAG_AEAD)

    def update(self, ctx, out, data):
        size = ctypes.c_int(0)
        must(lib.EVP_CipherUpdate(ctx, out, ctypes.byref(size), data, len(data)))
        return size.value

    def run(self, encrypt, data, tag=None):
        """(result, tag). What comes in is split where the mode takes it in parts."""
        ctx = ctypes.c_void_p(lib.EVP_CIPHER_CTX_new())
        try:
            return self.run_with(ctx, encrypt, data, tag)
        finally:
            lib.EVP_CIPHER_CTX_free(ctx)

    def run_with(self, ctx, encrypt, data, tag):
        lib.EVP_CIPHER_CTX_set_flags(ctx, WRAP_ALLOW)
        must(lib.EVP_CipherInit_ex(ctx, self.it, None, None, None, encrypt))
        if self.mode == CCM or (self.aead and tag):
            lib.EVP_CIPHER_CTX_ctrl(ctx, SET_TAG, 16, tag)
        must(lib.EVP_CipherInit_ex(ctx, None, None, self.key, self.iv or None, encrypt))
        if self.mode == CCM:
            size = ctypes.c_int(0)
            must(lib.EVP_CipherUpdate(ctx, None, ctypes.byref(size), None, len(data)))
        if self.aead:
            self.update(ctx, None, b"what is only authenticated")
        whole = self.mode in (CCM, XTS, WRAP, SIV) or self.flags & FLAG_CTS or "CTS" in self.name
        parts = [data] if whole else [data[:7], data[7:40], data[40:]]
        result, out = b"", ctypes.create_string_buffer(len(data) + 64)
        for part in parts:
            if part or whole:
                count = self.update(ctx, out, part)
                result += out.raw[:count]
        size = ctypes.c_int(0)
        if not (self.mode == CCM and not encrypt):
            must(lib.EVP_CipherFinal_ex(ctx, out, ctypes.byref(size)))
            result += out.raw[:size.value]
        made = ctypes.create_string_buffer(16)
        if self.aead and encrypt:
            must(lib.EVP_CIPHER_CTX_ctrl(ctx, GET_TAG, 16, made))
        return result, made.raw


def ciphers(lengths):
    for name in names("cipher"):
        if "-HMAC-" in name:  # stitched for TLS records; those with AES on x86 alone
            continue
        cipher = Cipher(name)
        for length in lengths:
            data = make_bytes(length, "cipher")
            try:
                packed, tag = cipher.run(1, data)
                back = "same" if cipher.run(0, packed, tag)[0] == data else "DIFFERENT"
                # This one begins with bytes of its own that are random.
                shown = "random" if name == "DES3-WRAP" else hashlib.md5(packed).hexdigest()
                result = f"{shown} {tag.hex()} {back}"
            except Refused:
                result = "refused"
            print(f"cipher {name} {length}: {result}")


for provider in PROVIDERS:
    lib.OSSL_PROVIDER_load(None, provider.encode())
digests([int(word) for word in sys.argv[1:]])
ciphers([int(word) for word in sys.argv[1:]])
