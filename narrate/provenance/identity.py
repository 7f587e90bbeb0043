"""Who signs: a certificate and its private key, made on first use and kept private, or the user's own.

C2PA's profile of a certificate (C2PA 2.2, "X.509 Certificates") asks for a key that signs and is no authority's, with
the purpose of signing documents or mail; P-256 is what every reader of manifests knows.
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrate.errors import ProjectError, StorageError
from narrate.files import placed_folder, storage
from narrate.install import install_command

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

CERTIFICATE, KEY = "certificate.pem", "key.pem"
FOLDER_VARIABLE = "NARRATE_KEYS"
YEARS = 20  # without a timestamp, a signature is believed as long as its certificate is valid
_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_LOST = "put it back from a copy, or make another identity by `narrate keys new --replace`"


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate chain and the key of its first one, as PEM; `algorithm` is C2PA's name, `until` its last day.

    The `fingerprint` is the SHA-256 of the certificate, in hexadecimal digits.
    """

    name: str
    fingerprint: str
    until: str
    algorithm: str
    certificates: bytes
    key: bytes

    def __repr__(self) -> str:  # a key is in no traceback
        return f"Identity({self.name!r}, {self.fingerprint[:16]})"


def keys_folder() -> Path:
    """Where the identity of this machine's user is kept: NARRATE_KEYS, else in the folder for settings."""
    if named := os.environ.get(FOLDER_VARIABLE, ""):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("narrate", appauthor=False) / "keys"


def is_made(folder: Path) -> bool:
    """Whether there is an identity in `folder`, whole or not."""
    return (folder / CERTIFICATE).exists() or (folder / KEY).exists()


def read_identity(folder: Path) -> Identity:
    """The identity in `folder`. Raises StorageError where its key or certificate is lost, or is none."""
    for name in (CERTIFICATE, KEY):
        if not (folder / name).is_file():
            raise StorageError(f"of the signing identity {name} is lost", where=folder, do=_LOST)
    return _read(folder / CERTIFICATE, folder / KEY, lambda what, path: StorageError(what, where=path, do=_LOST))


def own_identity(certificate: Path, key: Path) -> Identity:
    """The user's own certificate, with those that vouch for it behind it, and its key. Raises ProjectError."""
    do = "[provenance] in project.toml names PEM files: the certificate with its chain, and its key without a password"
    for path in (certificate, key):
        if not path.is_file():
            raise ProjectError("is not there", where=path, do=do)
    return _read(certificate, key, lambda what, path: ProjectError(what, where=path, do=do))


def new_identity(folder: Path, name: str = "") -> Identity:
    """Make an identity in `folder`, which must hold none: it calls itself `name`. Whole or not at all."""
    name = " ".join(name.split()) or f"narrate {secrets.token_hex(4)}"
    certificate, key = _self_signed(name)
    with storage(folder), placed_folder(folder) as draft:
        draft.chmod(0o700)
        for file, data, mode in ((draft / CERTIFICATE, certificate, 0o644), (draft / KEY, key, 0o600)):
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
    return read_identity(folder)


def set_aside(folder: Path) -> Path:
    """Rename an identity's folder, so that another can be made; its new name."""
    aside = folder.with_name(f"{folder.name}-until-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    with storage(folder):
        folder.rename(aside)
    return aside


def _self_signed(name: str) -> tuple[bytes, bytes]:
    """A certificate and its key as PEM."""
    x509, hashes, serialization, ec = _cryptography()
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name[:64]),
                        x509.NameAttribute(x509.oid.NameOID.ORGANIZATION_NAME, name[:64])])  # fmt: skip
    now = datetime.now(UTC)
    signs = [True, *[False] * 8]  # digital signatures, and nothing else
    extensions = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.KeyUsage(*signs), True),
        (x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False),
    ]
    builder = x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365 * YEARS))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.sign(key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM), _pkcs8(key, serialization)


def _read(certificate: Path, key: Path, wrong: Callable[[str, Path], Exception]) -> Identity:
    x509, hashes, serialization, _ = _cryptography()
    with storage(certificate):
        chain = certificate.read_bytes()
    with storage(key):
        secret = key.read_bytes()
    try:
        first: Certificate = x509.load_pem_x509_certificates(chain)[0]
    except (ValueError, IndexError) as error:
        raise wrong("is no certificate as PEM", certificate) from error
    try:
        private = serialization.load_pem_private_key(secret, password=None)
    except (ValueError, TypeError) as error:
        raise wrong("is no private key as PEM, or is behind a password", key) from error
    spki = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*spki) != first.public_key().public_bytes(*spki):
        raise wrong(f"is not the key of {certificate.name}", key)
    if not (algorithm := _algorithm(private)):
        raise wrong("is of a kind that C2PA does not know: P-256, P-384, P-521, Ed25519 or RSA", key)
    until = first.not_valid_after_utc
    if until < datetime.now(UTC):
        raise wrong(f"ended on {until:%Y-%m-%d}", certificate)
    names = [str(found.value) for found in first.subject.get_attributes_for_oid(x509.oid.NameOID.COMMON_NAME)]
    fingerprint = first.fingerprint(hashes.SHA256()).hex()
    name = names[0] if names else first.subject.rfc4514_string()
    return Identity(name, fingerprint, f"{until:%Y-%m-%d}", algorithm, chain, _pkcs8(private, serialization))


def _algorithm(key: Any) -> str:
    """C2PA's name of what a key signs with; empty for one that it does not know."""
    kind = type(key).__name__
    if "Ed25519" in kind:
        return "ed25519"
    return "ps256" if "RSA" in kind else _CURVES.get(getattr(getattr(key, "curve", None), "name", ""), "")


def _pkcs8(key: Any, serialization: Any) -> bytes:
    plain = serialization.NoEncryption()
    data: bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return data


def _cryptography() -> tuple[Any, Any, Any, Any]:
    """The parts of `cryptography` that are used here. Raises StorageError where it is not installed."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError as error:
        raise StorageError("keys need the extra narrate[provenance]", do=install_command("provenance")) from error
    return x509, hashes, serialization, ec
