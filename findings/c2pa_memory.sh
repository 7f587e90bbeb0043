#!/bin/sh
# Memory of c2pa's reader for a signed WAV of 250 MB, which is given to it as a stream.
# Guess: a few megabytes, as for any sum over a stream. Seen: the file's size: it sums pieces of up to 256 MB.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place/lib" c2pa-python==0.38.1 cryptography==50.0.2
PYTHONPATH="$place/lib" python3 - "$place/signed.wav" <<'PYTHON'
import io
import sys
import wave
from datetime import datetime, timedelta, timezone

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization as s
from cryptography.hazmat.primitives.asymmetric import ec

key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(timezone.utc)
oid = x509.oid.NameOID
name = x509.Name([x509.NameAttribute(oid.COMMON_NAME, "a"), x509.NameAttribute(oid.ORGANIZATION_NAME, "a")])
cert = x509.CertificateBuilder(name, name, key.public_key(), 7, now - timedelta(1), now + timedelta(9))
cert = cert.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
cert = cert.add_extension(x509.KeyUsage(True, *[False] * 8), critical=True)
cert = cert.add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
cert = cert.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
pem = cert.sign(key, hashes.SHA256()).public_bytes(s.Encoding.PEM)
secret = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
source = io.BytesIO()
with wave.open(source, "wb") as sound:
    sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(24000), sound.writeframes(bytes(250_000_000))
made = {"action": "c2pa.created", "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"}
asked = {"claim_generator_info": [{"name": "a"}], "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [made]}}]}
with open(sys.argv[1], "w+b") as signed:
    c2pa.Builder(asked).sign(c2pa.Signer.from_info(c2pa.C2paSignerInfo("es256", pem, secret, None)), "audio/wav", source, signed)
PYTHON
PYTHONPATH="$place/lib" python3 - "$place/signed.wav" <<'PYTHON'
import resource
import sys

import c2pa


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


before = peak()
with open(sys.argv[1], "rb") as file, c2pa.Reader("audio/wav", file) as reader:
    print(reader.get_validation_state())
print(f"{before:.0f} MB before, {peak():.0f} MB after")
assert peak() - before > 200
PYTHON
