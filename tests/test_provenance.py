"""Signed provenance: every form is read back by c2pa's own reader and by ours, changed, and told apart."""

import io
import json
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import mutagen
import pytest
from conftest import MadeOnce
from hypothesis import given, settings, strategies as st
from proofing import made_book

from narrate.chapters import find_ffmpeg
from narrate.cli import run
from narrate.errors import ProjectError, StorageError
from narrate.provenance import SYNTHETIC, Identity, keys_folder, new_identity, own_identity, read, read_identity
from narrate.provenance.sound import form_of, packets_digest

c2pa = pytest.importorskip("c2pa")
pytestmark = pytest.mark.slow

FORMS = ("m4b", "mp3", "flac", "opus", "wav", "mp3-single", "epub")
MIME = {"m4b": "audio/mp4", "mp3": "audio/mpeg", "flac": "audio/flac", "wav": "audio/wav"}
MIME["epub"] = "application/epub+zip"
Verify = Callable[..., tuple[int, list[dict[str, Any]]]]


def made_signed(home: Path) -> None:
    project = made_book(home)
    toml = project / "project.toml"
    toml.write_text(toml.read_text("utf-8").replace('author = ""', 'author = "A. Byre/C. Dale"'), "utf-8")
    assert run(["--home", str(home), "assemble", str(project), "--format", ",".join(FORMS)]) == 0


@pytest.fixture
def out(made_once: MadeOnce, tmp_path: Path) -> Path:
    """The deliverables of a signed book of two chapters, a copy."""
    shutil.copytree(made_once("signed", made_signed) / "projects" / "rain" / "out", tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Verify:
    """`narrate verify --json` of files: its exit code, and what it says."""

    def told(*arguments: Path | str) -> tuple[int, list[dict[str, Any]]]:
        capsys.readouterr()
        heard = [] if "--listen" in arguments else ["--no-listen"]
        code = run(["verify", *map(str, arguments), *heard, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return told


def signed(out: Path) -> list[Path]:
    """A file of every form."""
    single = [out / f"rain.{suffix}" for suffix in ("m4b", "mp3", "epub")]
    return [*single, *(next((out / form).glob(f"*.{form}")) for form in ("mp3", "flac", "opus", "wav"))]


def replaced(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def ffmpeg(*arguments: object) -> bytes:
    command = [find_ffmpeg().path, "-v", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout


def test_c2pas_own_reader_finds_every_form_valid_and_made_by_a_model(out: Path) -> None:
    for path in signed(out):
        if path.suffix != ".opus":
            with path.open("rb") as file, c2pa.Reader(MIME[path.suffix[1:]], file) as reader:
                assert reader.get_validation_state() == "Valid", path
                told = json.loads(reader.json())
        else:  # a form that c2pa does not know: the manifest by itself, beside the file
            with c2pa.Reader("application/c2pa", io.BytesIO(path.with_suffix(".c2pa").read_bytes())) as reader:
                told = json.loads(reader.json())
        manifest = told["manifests"][told["active_manifest"]]
        actions = next(it for it in manifest["assertions"] if it["label"] == "c2pa.actions.v2")["data"]["actions"]
        assert [it["digitalSourceType"] for it in actions] == [SYNTHETIC], path
        assert manifest["title"] == path.name


def test_what_is_said_and_that_it_is_intact(out: Path, verify: Verify) -> None:
    code, told = verify(*signed(out))
    assert code == 0
    for verdict in told:
        found = verdict["manifest"]
        assert (verdict["state"], verdict["synthetic"], found["known"]) == ("marked and intact", True, True)
        assert (found["signer"], found["generator"].split()[0]) == ("tests", "narrate")
        said = found["narration"]
        assert (said["title"], said["author"], said["engine"]) == ("rain", "A. Byre/C. Dale", "draft")
        assert [voice["name"] for voice in said["voices"]] == ["narrator"]
        assert all(said[name] for name in ("made", "project", "revision"))


def test_a_tag_that_is_edited_is_told_from_sound_that_is_changed(out: Path, verify: Verify) -> None:
    for path in (out / "rain.m4b", out / "rain.mp3", next((out / "flac").glob("*.flac"))):
        tags: Any = mutagen.File(path, easy=True)
        tags["title"] = "Another title"
        tags.save()
        code, [verdict] = verify(path)
        assert (code, verdict["changed"]) == (3, "tags"), path


def test_a_byte_of_sound_that_is_changed_is_caught_in_every_form(out: Path, verify: Verify) -> None:
    for path in signed(out):
        data = bytearray(path.read_bytes())
        at = data.rindex(b"mdat") + 5000 if path.suffix == ".m4b" else len(data) * 2 // 3
        if path.suffix == ".epub":
            with zipfile.ZipFile(path) as archive:
                at = next(it.header_offset for it in archive.infolist() if it.filename.endswith(".m4a")) + 9000
        data[at] ^= 1
        code, [verdict] = verify(replaced(path, bytes(data)))
        assert code == 3, path
        assert verdict["changed"] == "sound" or path.suffix == ".epub", path  # its own sums end the reading of a zip


def test_chapter_marks_that_are_changed_are_told(out: Path, verify: Verify) -> None:
    path = out / "rain.mp3"
    tags: Any = mutagen.File(path)
    next(iter(tags.tags.getall("CHAP"))).sub_frames["TIT2"].text = ["Sun"]
    tags.save(v2_version=3)
    code, [verdict] = verify(path)
    assert (code, verdict["changed"]) == (3, "marks")


def test_a_remux_loses_the_manifest_and_the_signed_file_tells_that_its_sound_is_the_same(
    out: Path, tmp_path: Path, verify: Verify
) -> None:
    copy = tmp_path / "copy.m4b"
    ffmpeg("-i", out / "rain.m4b", "-map", "0:a", "-c", "copy", "-f", "ipod", copy)
    code, [verdict] = verify(copy)
    assert (code, verdict["state"]) == (4, "nothing found")
    assert "its tags say that a model made it, and tags prove nothing" in verdict["why"]
    code, [verdict] = verify(copy, "--manifest", out / "rain.m4b")
    assert (code, verdict["changed"]) == (3, "tags")
    assert "sound and chapter marks are as signed" in verdict["why"]


def test_a_watermark_is_heard_where_the_manifest_is_gone(
    made_once: MadeOnce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verify: Verify
) -> None:
    monkeypatch.chdir(made_once("signed", made_signed))
    m4b = Path("projects/rain/out/rain.m4b")
    code, [verdict] = verify(m4b, "--listen")
    assert (code, verdict["mark"]["project"]) == (0, "projects/rain")
    assert verdict["manifest"]["narration"]["mark"] == verdict["mark"]["payload"]
    copy = tmp_path / "copy.mp3"
    ffmpeg("-i", m4b, "-map", "0:a", "-b:a", "64k", "-map_metadata", "-1", copy)
    code, [verdict] = verify(copy, "--listen")
    assert (code, verdict["state"], verdict["mark"]["project"]) == (3, "marked, but changed", "projects/rain")


def test_the_worst_of_several_files_is_the_exit_code(out: Path, verify: Verify) -> None:
    wav = out / "chapters"
    unsigned = next(wav.glob("*.flac"))
    code, told = verify(out / "rain.m4b", unsigned)
    assert (code, [verdict["code"] for verdict in told]) == (4, [0, 4])


def test_the_sum_of_packets_is_that_of_ffmpegs_copy(out: Path) -> None:
    for path in (out / "rain.m4b", next((out / "flac").glob("*.flac")), next((out / "wav").glob("*.wav"))):
        told = ffmpeg("-i", path, "-map", "0:a", "-c", "copy", "-f", "streamhash", "-hash", "sha256", "-").decode()
        assert packets_digest(path) == told.strip().rpartition("=")[2], path


def test_nothing_but_the_manifest_is_added_to_an_mp3(out: Path) -> None:
    """Its tag stays ID3v2.3, and an author with a "/" one author, where c2pa itself would write two into ID3v2.4."""
    tags: Any = mutagen.File(out / "rain.mp3")
    assert tags.tags.version == (2, 3, 0)
    assert [frame.mime for frame in tags.tags.getall("GEOB")] == ["application/c2pa"]
    shown = ffmpeg("-i", out / "rain.mp3", "-f", "ffmetadata", "-").decode()
    assert "artist=A. Byre/C. Dale" in shown
    assert shown.count("[CHAPTER]") == 2


def test_a_second_run_signs_nothing_again(made_once: MadeOnce, tmp_path: Path, verify: Verify) -> None:
    shutil.copytree(made_once("signed", made_signed) / "projects", tmp_path / "projects")
    project = tmp_path / "projects" / "rain"
    before = {path: path.stat().st_mtime_ns for path in signed(project / "out")}
    command = ["--home", str(tmp_path), "assemble", str(project), "--format", ",".join(FORMS)]
    assert run(command) == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before
    opus = next((project / "out" / "opus").glob("*.opus"))
    opus.with_suffix(".c2pa").unlink()
    assert run(command) == 0
    assert verify(opus)[0] == 0
    assert not list(project.rglob("*.part"))
    assert json.loads((project / "out" / "report.json").read_text())["provenance"].startswith("signed by tests (")
    assert not [path for path in project.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]


def test_the_sound_of_talking_books_is_signed(made_once: MadeOnce, tmp_path: Path, verify: Verify) -> None:
    shutil.copytree(made_once("signed", made_signed) / "projects", tmp_path / "projects")
    project = tmp_path / "projects" / "rain"
    assert run(["--home", str(tmp_path), "assemble", str(project), "--format", "daisy202,daisy3,lpf,audiobook"]) == 0
    sounds = [project / "out" / form / "01.mp3" for form in ("daisy202", "daisy3")]
    assert sounds[0].samefile(sounds[1]), "it is encoded once"
    for form in ("lpf", "audiobook"):
        with zipfile.ZipFile(project / "out" / f"rain.{form}") as file:
            sounds.append(Path(file.extract("02.m4a", tmp_path / form)))
    code, told = verify(*sounds)
    assert code == 0
    assert {verdict["state"] for verdict in told} == {"marked and intact"}


@pytest.mark.parametrize("lost", ["key.pem", "certificate.pem"])
def test_a_lost_key_is_an_error_and_no_unsigned_file(
    lost: str,
    made_once: MadeOnce,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(made_once("signed", made_signed) / "projects", tmp_path / "projects")
    shutil.copytree(keys_folder(), tmp_path / "keys")
    monkeypatch.setenv("NARRATE_KEYS", str(tmp_path / "keys"))
    (tmp_path / "keys" / lost).unlink()
    m4b = tmp_path / "projects" / "rain" / "out" / "rain.m4b"
    m4b.unlink()
    assert run(["--home", str(tmp_path), "assemble", str(m4b.parents[1])]) == 1
    assert f"{lost} is lost (put it back from a copy, or make another identity" in capsys.readouterr().err
    assert not m4b.exists()


def test_of_forms_that_are_never_signed_no_signature_is_told(
    made_once: MadeOnce, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(made_once("signed", made_signed) / "projects", tmp_path / "projects")
    project = tmp_path / "projects" / "rain"
    assert run(["--home", str(tmp_path), "assemble", str(project), "--format", "vtt"]) == 0
    assert "signed" not in capsys.readouterr().err
    assert json.loads((project / "out" / "report.json").read_text())["provenance"] == ""


def test_where_the_extra_is_missing_files_are_unsigned_and_it_is_said(
    made_once: MadeOnce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(made_once("signed", made_signed) / "projects", tmp_path / "projects")
    monkeypatch.setitem(sys.modules, "c2pa", None)
    monkeypatch.setattr("narrate.work.signing.is_installed", lambda: False)
    project = tmp_path / "projects" / "rain"
    assert run(["--home", str(tmp_path), "assemble", str(project)]) == 0
    told = capsys.readouterr().err
    assert "not signed: the extra narrate[provenance] is not installed (pip install" in told
    assert "not signed" in json.loads((project / "out" / "report.json").read_text())["provenance"]
    assert b"c2pa" not in (project / "out" / "rain.m4b").read_bytes()
    toml = project / "project.toml"
    toml.write_text(toml.read_text("utf-8").replace('sign = "auto"', 'sign = "always"'), "utf-8")
    assert run(["--home", str(tmp_path), "assemble", str(project)]) == 1
    assert 'sign = "always" in [provenance]' in capsys.readouterr().err


def chain(folder: Path) -> tuple[Path, Path]:
    """A certificate that an authority of its own vouches for, and its key, as PEM files."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name),
                          x509.NameAttribute(x509.oid.NameOID.ORGANIZATION_NAME, name)])  # fmt: skip

    def issued(name: str, key: Any, by: Any, issuer: str, *, ca: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(named(issuer), named(name), key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
        usage = [not ca, False, False, False, False, ca, ca, False, False]
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        builder = builder.add_extension(x509.KeyUsage(*usage), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
        builder = builder.add_extension(identifier, critical=False)
        if not ca:
            purpose = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(purpose, critical=False)
        return builder.sign(by, hashes.SHA256())

    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    pem = serialization.Encoding.PEM
    authority = issued("Press authority", root, root, "Press authority", ca=True)
    mine = issued("Weir Press", own, root, "Press authority", ca=False)
    folder.mkdir()
    (folder / "chain.pem").write_bytes(mine.public_bytes(pem) + authority.public_bytes(pem))
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    secret = own.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    (folder / "own.pem").write_bytes(secret)
    return folder / "chain.pem", folder / "own.pem"


def test_a_certificate_of_ones_own_signs_and_is_known_by_its_authority(
    made_once: MadeOnce, tmp_path: Path, verify: Verify, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(made_once("signed", made_signed) / "projects", tmp_path / "projects")
    project = tmp_path / "projects" / "rain"
    certificate, key = chain(tmp_path / "own")
    toml = project / "project.toml"
    text = toml.read_text("utf-8").replace('certificate = ""', f'certificate = "{certificate}"')
    toml.write_text(text.replace('key = ""', f'key = "{key}"'), "utf-8")
    assert run(["--home", str(tmp_path), "assemble", str(project), "--format", "m4b,mp3-single"]) == 0
    for name in ("rain.m4b", "rain.mp3"):
        code, [verdict] = verify(project / "out" / name)
        assert (code, verdict["manifest"]["signer"], verdict["manifest"]["known"]) == (0, "Weir Press", False)
        code, [verdict] = verify(project / "out" / name, "--known", certificate.with_name("authority.pem"))
        assert (code, verdict["manifest"]["known"]) == (0, True)
    shutil.copy(key, project / "own.pem")
    toml.write_text(toml.read_text("utf-8").replace(f'key = "{key}"', 'key = "own.pem"'), "utf-8")
    capsys.readouterr()
    assert run(["--home", str(tmp_path), "assemble", str(project)]) == 1
    assert "a private key inside the project, which is copied and shared" in capsys.readouterr().err


def test_keys_are_private_and_replaced_only_where_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NARRATE_KEYS", str(tmp_path / "config" / "keys"))
    assert run(["keys", "show"]) == 1
    assert "there is no signing identity yet" in capsys.readouterr().err
    assert run(["keys", "new", "--name", "Weir Press"]) == 0
    first = read_identity(keys_folder())
    assert first.fingerprint in capsys.readouterr().out
    assert stat.S_IMODE((keys_folder() / "key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(keys_folder().stat().st_mode) == 0o700
    assert "PRIVATE" not in repr(first)
    assert run(["keys", "new"]) == 1
    assert run(["keys", "new", "--replace", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["fingerprint"] == first.fingerprint, set(told) & {"key"}) == (False, set())
    assert len(list(keys_folder().parent.glob("keys-until-*/key.pem"))) == 1


def test_keys_that_are_none_are_refused_in_a_line(tmp_path: Path) -> None:
    whole = new_identity(tmp_path / "a")
    other = new_identity(tmp_path / "b")
    assert isinstance(whole, Identity)
    shutil.copy(tmp_path / "b" / "key.pem", tmp_path / "a" / "key.pem")
    with pytest.raises(StorageError, match=r"is not the key of certificate\.pem"):
        read_identity(tmp_path / "a")
    (tmp_path / "b" / "key.pem").write_text("rubbish")
    with pytest.raises(StorageError, match="is no private key as PEM"):
        read_identity(tmp_path / "b")
    with pytest.raises(ProjectError, match="is not there"):
        own_identity(tmp_path / "none.pem", tmp_path / "b" / "key.pem")
    assert other.fingerprint != whole.fingerprint


@given(data=st.data())
@settings(max_examples=80)
def test_no_damage_of_a_file_is_more_than_a_sum_that_is_missing(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, made_once: MadeOnce
) -> None:
    out = made_once("signed", made_signed) / "projects" / "rain" / "out"
    path = data.draw(st.sampled_from(signed(out)))
    whole = bytearray(path.read_bytes())
    heads = [whole.find(name) for name in (b"moov", b"stsz", b"stsc", b"stco", b"OpusHead", b"data", b"PK\x01\x02")]
    near = st.sampled_from([0, *(at for at in heads if at >= 0)])
    for at, byte in data.draw(
        st.lists(st.tuples(st.tuples(near, st.integers(0, 40)), st.integers(0, 255)), max_size=9)
    ):
        if sum(at) < len(whole):
            whole[sum(at)] = byte
    del whole[data.draw(st.one_of(st.just(len(whole)), st.integers(0, len(whole)))) :]
    damaged = replaced(tmp_path_factory.getbasetemp() / f"damaged{path.suffix}", bytes(whole))
    assert len(packets_digest(damaged)) in (0, 64)


@pytest.mark.parametrize("data", [b"", b"ID3", b"RIFF\0\0\0\0WAVE", b"OggS" * 9, b"fLaC\x04\0\0", b"PK\3\4 no zip",
                                  b"\0\0\0\x18ftypM4A \0\0\0\0M4A \0\0\0\x08moov", b"no sound at all"])  # fmt: skip
def test_files_that_are_damaged_or_no_sound_are_answered(data: bytes, tmp_path: Path, verify: Verify) -> None:
    path = replaced(tmp_path / "file.bin", data)
    assert packets_digest(path) == "" or form_of(path) in ("mp3", "flac")
    assert read(path) is None or not read(path).intact  # type: ignore[union-attr]
    assert verify(path)[0] in (3, 4)
