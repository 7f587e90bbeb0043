#!/bin/sh
# Who vouches for an assertion: in C2PA 2 a claim parts those that its signer "created" from those that it "gathered".
# Guess: what the signer puts into the manifest is created. Seen: it is gathered, even c2pa.created itself; only with
# "created": true in each assertion is it the signer's.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place/lib" c2pa-python==0.38.1 cryptography==50.0.2
PYTHONPATH="$place/lib" python3 - <<'PYTHON'
import io
import json
import wave
from datetime import datetime, timedelta, timezone

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization as s
from cryptography.hazmat.primitives.asymmetric import ec

key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(timezone.utc)
name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "a"), x509.NameAttribute(x509.oid.NameOID.ORGANIZATION_NAME, "a")])
cert = x509.CertificateBuilder(name, name, key.public_key(), 7, now - timedelta(1), now + timedelta(9))
cert = cert.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
cert = cert.add_extension(x509.KeyUsage(True, *[False] * 8), critical=True)
cert = cert.add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
cert = cert.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
pem = cert.sign(key, hashes.SHA256()).public_bytes(s.Encoding.PEM)
secret = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
source = io.BytesIO()
with wave.open(source, "wb") as sound:
    sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(24000), sound.writeframes(bytes(4800))
made = {"action": "c2pa.created", "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"}
found = []
for extra in ({}, {"created": True}):
    asked = {"claim_generator_info": [{"name": "a"}], "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [made]}, **extra}]}
    signed = io.BytesIO()
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo("es256", pem, secret, None))
    c2pa.Builder(asked).sign(signer, "audio/wav", source, signed)
    told = json.loads(c2pa.Reader("audio/wav", signed).crjson())["manifests"][0]["claim.v2"]
    kinds = {kind: [one["url"].rpartition("/")[2] for one in told.get(kind) or []] for kind in ("created_assertions", "gathered_assertions")}
    print(extra, kinds)
    found.append([kind for kind, labels in kinds.items() if "c2pa.actions.v2" in labels])
assert found == [["gathered_assertions"], ["created_assertions"]], found
PYTHON
