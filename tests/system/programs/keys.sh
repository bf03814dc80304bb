# SPDX-License-Identifier: MIT
# keys.sh: the deterministic part of openssl's asymmetric commands, key derivation and MACs. Keys
# and the signatures to verify are in the directory keys.
cd keys || exit 1
data=../programs/work.py
say() { echo "$1: $(shift; "$@" 2>&1 | sha256sum)"; }
for hash in sha1 sha256 sha512 sha3-384 ripemd160; do
    say "rsa $hash" openssl dgst -$hash -sign rsa.pem $data
done
openssl dgst -sha256 -sign rsa3072.pem $data >/tmp/sig
say "rsa 3072" cat /tmp/sig
openssl dgst -sha256 -verify rsa3072.pub -signature /tmp/sig $data
openssl dgst -sha256 -sign rsa.pem -sigopt rsa_padding_mode:pss $data >/tmp/sig
openssl dgst -sha256 -verify rsa.pub -sigopt rsa_padding_mode:pss -signature /tmp/sig $data
echo "a secret" | openssl pkeyutl -encrypt -pubin -inkey rsa.pub -pkeyopt rsa_padding_mode:oaep |
    openssl pkeyutl -decrypt -inkey rsa.pem -pkeyopt rsa_padding_mode:oaep
for key in ed25519 ed448; do
    openssl pkeyutl -sign -rawin -inkey $key.pem -in $data -out /tmp/sig
    say "$key" cat /tmp/sig
    openssl pkeyutl -verify -rawin -pubin -inkey $key.pub -in $data -sigfile /tmp/sig
done
for key in p224 p256 p384 p521 secp256k1 brainpool dsa; do
    openssl dgst -sha256 -verify $key.pub -signature $key.sig $data
    openssl dgst -sha256 -verify $key.pub -signature $key.sig keys.txt
    openssl dgst -sha256 -sign $key.pem $data >/tmp/sig
    openssl dgst -sha256 -verify $key.pub -signature /tmp/sig $data
    say "$key" openssl pkey -in $key.pem -text
done
for key in x25519 x448 p256 p384 p521 dh; do
    say "$key derive" openssl pkeyutl -derive -inkey $key.pem -peerkey $key-peer.pub
done
openssl verify -CAfile ca.crt ca.crt
say certificate openssl x509 -in ca.crt -text -noout
say hkdf openssl kdf -keylen 70 -kdfopt digest:SHA256 -kdfopt key:secret -kdfopt salt:s HKDF
say pbkdf2 openssl kdf -keylen 32 -kdfopt digest:SHA512 -kdfopt pass:pw -kdfopt salt:salt \
    -kdfopt iter:1000 PBKDF2
say scrypt openssl kdf -keylen 64 -kdfopt pass:pw -kdfopt salt:NaCl -kdfopt n:1024 -kdfopt r:8 \
    -kdfopt p:2 SCRYPT
say x963 openssl kdf -keylen 64 -kdfopt digest:SHA1 -kdfopt secret:secret X963KDF
key=000102030405060708090a0b0c0d0e0f
say hmac openssl mac -digest SHA384 -macopt hexkey:$key -in $data HMAC
say cmac openssl mac -cipher AES-128-CBC -macopt hexkey:$key -in $data CMAC
say gmac openssl mac -cipher AES-128-GCM -macopt hexkey:$key -macopt hexiv:$key -in $data GMAC
say kmac openssl mac -macopt hexkey:$key -macopt size:40 -in $data KMAC256
say poly1305 openssl mac -macopt hexkey:$key$key -in $data Poly1305
say siphash openssl mac -macopt hexkey:$key -in $data SipHash
for cipher in aes-256-cbc aes-128-ctr chacha20 camellia-192-cfb des3 aria-256-ofb sm4-cbc; do
    openssl enc -$cipher -pbkdf2 -iter 100 -S 0011223344556677 -pass pass:pw -in $data -out /tmp/e
    say "$cipher" cat /tmp/e
    openssl enc -d -$cipher -pbkdf2 -iter 100 -S 0011223344556677 -pass pass:pw -in /tmp/e |
        cmp - $data && echo same
done
openssl prime -hex 1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
openssl asn1parse -in rsa.pub | sha256sum
