"""How a manifest lies in a file that we put it into, and the time that a server of one's own puts its name to."""

import json
import shutil
import struct
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
import soundfile

from narrate.chapters import find_ffmpeg
from narrate.errors import AssemblyError
from narrate.provenance import Narration, Signing, new_identity, sign

c2pa = pytest.importorskip("c2pa")
SAID = Narration("Tide", "A. Byre", "en", "", "draft", "none", "none", (), "0123456789abcdef")


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Signing:
    return Signing(new_identity(tmp_path_factory.mktemp("keys"), "tests"), SAID)


def made(path: Path, frames: int, subtype: str = "PCM_16") -> bytes:
    draws = np.random.default_rng(frames).integers(-99, 99, frames)
    soundfile.write(path, draws.astype(np.int16), 24_000, subtype=subtype)
    return path.read_bytes()


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_U8"])
def test_a_manifest_is_a_chunk_after_all_others_of_a_wav(subtype: str, signing: Signing, tmp_path: Path) -> None:
    """Where their length is odd, too: chunks begin at even places."""
    path = tmp_path / "tide.wav"
    before = made(path, 4_801, subtype)
    sign(find_ffmpeg(), signing, path, path.name)
    after = path.read_bytes()
    at = after.index(b"C2PA")
    assert after[8:at].rstrip(b"\0") == before[8:].rstrip(b"\0")
    assert struct.unpack("<I", after[4:8])[0] == len(after) - 8
    length = struct.unpack("<I", after[at + 4 : at + 8])[0]
    assert (at % 2, len(after)) == (0, at + 8 + length + length % 2)
    with path.open("rb") as file, c2pa.Reader("audio/wav", file) as reader:
        assert reader.get_validation_state() == "Valid"
    assert len(soundfile.read(path)[0]) == 4_801


def test_a_manifest_stands_before_a_flac_and_changes_no_byte_of_it(signing: Signing, tmp_path: Path) -> None:
    path = tmp_path / "tide.flac"
    before = made(path, 4_801)
    sign(find_ffmpeg(), signing, path, path.name)
    assert path.read_bytes().endswith(before)
    with path.open("rb") as file, c2pa.Reader("audio/flac", file) as reader:
        assert reader.get_validation_state() == "Valid"


def test_a_wav_that_would_be_longer_than_its_length_can_say_is_refused(signing: Signing, tmp_path: Path) -> None:
    path = tmp_path / "tide.wav"
    made(path, 100)
    with path.open("r+b") as file:
        file.truncate((1 << 32) - 100)
    with pytest.raises(AssemblyError, match="too long for a WAV file with a manifest"):
        sign(find_ffmpeg(), signing, path, path.name)
    assert [it.name for it in tmp_path.iterdir()] == ["tide.wav"]


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[str]:
    """The address of a time-stamp authority (RFC 3161) on this machine: OpenSSL's, with a certificate of its own."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl, for a time-stamp authority")
    folder = tmp_path / "authority"
    folder.mkdir()
    certified(folder)

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            reply = ["openssl", "ts", "-reply", "-queryfile", "query", "-config", "ts.cnf", "-out", "answer"]
            subprocess.run(reply, cwd=folder, check=True, capture_output=True)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write((folder / "answer").read_bytes())

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def certified(folder: Path) -> None:
    """A certificate that may put times to things, its key, and what OpenSSL has to be told."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Clock of the tests")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        .add_extension(x509.KeyUsage(True, False, False, False, False, False, False, False, False), True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "clock.pem").write_bytes(built.public_bytes(pem))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "serial").write_text("01\n")
    (folder / "ts.cnf").write_text(
        "[tsa]\ndefault_tsa = here\n[here]\nserial = serial\ncrypto_device = builtin\nsigner_cert = clock.pem\n"
        "signer_key = key.pem\ncerts = clock.pem\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\n"
        "digests = sha256, sha384, sha512\naccuracy = secs:1\ness_cert_id_alg = sha256\n"
    )


@pytest.mark.parametrize("suffix", ["wav", "m4b"])
def test_a_time_stamp_server_that_is_named_puts_its_time_to_the_signature(
    suffix: str, signing: Signing, authority: str, tmp_path: Path
) -> None:
    """By c2pa's own signing, and by its C interface."""
    path = tmp_path / "tide.wav"
    made(path, 4_800)
    if suffix == "m4b":
        made_m4b = path.with_suffix(".m4b")
        subprocess.run([find_ffmpeg().path, "-v", "error", "-i", path, "-f", "ipod", made_m4b], check=True)
        path = made_m4b
    sign(find_ffmpeg(), Signing(signing.identity, SAID, authority), path, path.name)
    with path.open("rb") as file, c2pa.Reader("audio/mp4" if suffix == "m4b" else "audio/wav", file) as reader:
        told = json.loads(reader.json())
        assert reader.get_validation_state() == "Valid"
    codes = [it["code"] for it in told["validation_results"]["activeManifest"]["success"]]
    assert "timeStamp.validated" in codes
    [manifest] = told["manifests"].values()
    assert datetime.fromisoformat(manifest["signature_info"]["time"]) - datetime.now(UTC) < timedelta(minutes=5)


def test_a_time_stamp_server_that_does_not_answer_is_an_error_and_nothing_is_signed(
    signing: Signing, tmp_path: Path
) -> None:
    path = tmp_path / "tide.wav"
    before = made(path, 4_800)
    with pytest.raises(AssemblyError, match="cannot be signed"):
        sign(find_ffmpeg(), Signing(signing.identity, SAID, "http://127.0.0.1:9"), path, path.name)
    assert path.read_bytes() == before
