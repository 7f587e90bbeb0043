#!/bin/sh
# C2PA's sum over a file leaves out the bytes of the manifest. c2pa's reader holds what was left out against where it
# finds the manifest itself, and which bytes these are differs by form.
# Guess: the manifest's own bytes; a few more or fewer do no harm, as long as the sum is right. Seen: in a FLAC they have
# to be the manifest alone, without the head of its ID3 frame, and in a WAV the whole chunk, with the eight bytes of its
# head. The other way about, a file whose sum is right is "Invalid".
set -eu
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet c2pa-python==0.38.1 cryptography==46.0.3 soundfile==0.13.1 numpy==2.3.5
cat > "$folder/exclusions.py" <<'PYTHON'
import ctypes
import hashlib
import io
import json
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa
import numpy as np
import soundfile
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
MADE = {"action": "c2pa.created", "digitalSourceType": SOURCE}
BYTES = ctypes.POINTER(ctypes.c_ubyte)


class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in ("alg", "sign_cert", "private_key", "ta_url")]


def library():
    loaded = ctypes.CDLL(str(next((Path(c2pa.__file__).parent / "libs").glob("*c2pa_c.so"))))
    handle, text, size, out = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int64, ctypes.POINTER(BYTES)
    for name, gives, takes in (
        ("c2pa_signer_from_info", handle, [ctypes.POINTER(Info)]),
        ("c2pa_signer_reserve_size", size, [handle]),
        ("c2pa_builder_from_json", handle, [text]),
        ("c2pa_builder_data_hashed_placeholder", size, [handle, ctypes.c_size_t, text, out]),
        ("c2pa_builder_sign_data_hashed_embeddable", size, [handle, handle, text, text, handle, out]),
    ):
        getattr(loaded, name).restype, getattr(loaded, name).argtypes = gives, takes
    return loaded


def identity():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(x509.KeyUsage(True, *[False] * 8), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    return certificate.public_bytes(pem), key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)


def signed(c, who, mime, before, head, after, summed):
    """The file as `before`, `head`, manifest, `after`; the head is in the sum or not."""
    manifest = {"claim_generator_info": [{"name": "finding"}], "title": "t", "format": mime, "assertions": [
        {"label": "c2pa.actions.v2", "data": {"actions": [MADE]}}]}
    builder = c.c2pa_builder_from_json(json.dumps(manifest).encode())
    signer = c.c2pa_signer_from_info(ctypes.byref(Info(b"es256", *who, None)))
    out = BYTES()
    room = c.c2pa_builder_data_hashed_placeholder(
        builder, c.c2pa_signer_reserve_size(signer), b"application/c2pa", ctypes.byref(out))
    assert room > 0
    begin, first, last = before(room), head(room), after(room)
    start = len(begin) + (len(first) if summed else 0)
    total = hashlib.sha256(begin + (first if summed else b"") + last).digest()
    bound = {"name": "jumbf manifest", "alg": "sha256", "hash": list(total), "pad": [],
             "exclusions": [{"start": start, "length": room + (0 if summed else len(first))}]}
    size = c.c2pa_builder_sign_data_hashed_embeddable(
        builder, signer, json.dumps(bound).encode(), b"application/c2pa", None, ctypes.byref(out))
    assert size == room
    file = io.BytesIO(begin + first + ctypes.string_at(out, size) + last)
    with c2pa.Reader(mime, file) as reader:
        told = json.loads(reader.json())
    wrong = [it["explanation"] for it in told["validation_results"]["activeManifest"]["failure"]
             if "dataHash" in it["code"]]
    return told["validation_state"], wrong


c, who = library(), identity()
samples = np.random.default_rng(0).integers(-99, 99, 4800).astype(np.int16)
made = {}
for form in ("WAV", "FLAC"):
    file = io.BytesIO()
    soundfile.write(file, samples, 24000, format=form, subtype="PCM_16")
    made[form] = file.getvalue()

wav, flac = made["WAV"], made["FLAC"]
label = b"\x00application/c2pa\x00c2pa\x00c2pa manifest store\x00"


def tag(room):
    body = len(label) + room
    sizes = bytes(10 + body >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + sizes


seen = {}
for summed in (True, False):
    seen["WAV", summed] = signed(
        c, who, "audio/wav",
        lambda room: b"RIFF" + struct.pack("<I", len(wav) + room + room % 2) + wav[8:],
        lambda room: b"C2PA" + struct.pack("<I", room),
        lambda room: bytes(room % 2), summed)
    seen["FLAC", summed] = signed(
        c, who, "audio/flac", tag,
        lambda room: struct.pack(">4sIH", b"GEOB", len(label) + room, 0) + label,
        lambda room: flac, summed)
for (form, summed), (state, wrong) in seen.items():
    head = "chunk's head" if form == "WAV" else "frame's head"
    print(f"{form}, the {head} {'summed' if summed else 'left out'}: {state}", *wrong)
assert seen["WAV", True][0] == "Invalid" and "location" in seen["WAV", True][1][0]
assert seen["WAV", False] == ("Valid", [])
assert seen["FLAC", True] == ("Valid", [])
assert seen["FLAC", False][0] == "Invalid" and "location" in seen["FLAC", False][1][0]
print("as seen before")
PYTHON
"$folder/venv/bin/python" "$folder/exclusions.py"
