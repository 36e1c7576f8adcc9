"""Records small archives as GNU tar, bsdtar, git and Python's tarfile write them, for TarReaderTest.

    BSDTAR=/usr/bin/bsdtar python3 src/test/python/tar_archives.py

What is in them is stated in the test too. Whole archives are PROGRAM-FORMAT.tar.gz. Others are refused:
sparse-* has a file with a hole, link-* a hard or a symbolic link, and big-* is cut after its headers, which
describe a file of 9 GiB. Needs GNU tar, bsdtar (package libarchive-tools), git.
"""
import gzip
import io
import os
import pathlib
import subprocess
import tarfile
import tempfile

TARGET = pathlib.Path(__file__).parents[1] / "resources/org/lanewise/cli/format/tar"
BSDTAR = os.environ.get("BSDTAR", "bsdtar")
DEEP = f"{'d' * 90}/{'e' * 90}/{'f' * 90}/{'g' * 60}.txt"
FILES = {"data/short.txt": "short", "data/empty.txt": "", "data/block.txt": "b" * 512,
         f"data/{'n' * 90}ü.txt": "long", f"data/{'p' * 80}/{'q' * 90}.txt": "prefix"}
BIG = 9 << 30


def save(name, content):
    with open(TARGET / f"{name}.tar.gz", "wb") as out:
        with gzip.GzipFile("", "wb", 9, out, 0) as packed:
            packed.write(content)


def run(folder, *command):
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE).stdout


def begin(folder, *command):
    """The first bytes that a command writes, which is then ended."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE) as process:
        content = process.stdout.read(4096)
        process.kill()
    return content


def tarfile_archive(folder, kind):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as tar:
        tar.add(folder / "data", "data")
    return out.getvalue()


def write(folder, files):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write(folder, FILES)
        (folder / "data/folder").mkdir()
        save("gnu-ustar", run(folder, "tar", "--format=ustar", "-cf", "-", "data"))
        save("bsd-ustar", run(folder, BSDTAR, "--format=ustar", "-cf", "-", "data"))
        save("python-ustar", tarfile_archive(folder, tarfile.USTAR_FORMAT))
        write(folder, {f"data/{DEEP}": "deep"})
        for kind in "gnu", "oldgnu", "pax":
            save(f"gnu-{kind}", run(folder, "tar", f"--format={kind}", "-cf", "-", "data"))
        save("gnu-global", run(folder, "tar", "--format=pax", "--pax-option=globexthdr.name=g,"
                               "comment=every file", "-cf", "-", "data"))
        for kind in "gnutar", "pax":
            save(f"bsd-{kind}", run(folder, BSDTAR, f"--format={kind}", "-cf", "-", "data"))
        save("python-gnu", tarfile_archive(folder, tarfile.GNU_FORMAT))
        save("python-pax", tarfile_archive(folder, tarfile.PAX_FORMAT))
        run(folder, "git", "init", "-q")
        run(folder, "git", "add", "data")
        run(folder, "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a")
        save("git-pax", run(folder, "git", "archive", "--format=tar", "HEAD"))

        with open(folder / "hole.bin", "wb") as out:
            out.truncate(1 << 20)
            out.seek(1 << 20)
            out.write(b"end")
        save("sparse-gnu", run(folder, "tar", "-S", "--format=gnu", "-cf", "-", "hole.bin"))
        for version in "0.0", "0.1", "1.0":
            save(f"sparse-pax-{version}", run(folder, "tar", "-S", "--format=pax",
                                              f"--sparse-version={version}", "-cf", "-", "hole.bin"))
        save("sparse-bsd", run(folder, BSDTAR, "--format=pax", "-cf", "-", "hole.bin"))
        os.link(folder / "data/short.txt", folder / "hard.txt")
        os.symlink("data/short.txt", folder / "symbolic.txt")
        for kind, program, form in (("gnu", "tar", "pax"), ("bsd", BSDTAR, "pax")):
            save(f"link-hard-{kind}", run(folder, program, f"--format={form}", "-cf", "-",
                                          "data/short.txt", "hard.txt"))
            save(f"link-symbolic-{kind}", run(folder, program, f"--format={form}", "-cf", "-",
                                              "symbolic.txt"))

        with open(folder / "big.bin", "wb") as out:
            out.truncate(BIG)
        for kind in "gnu", "pax":
            save(f"big-gnu-{kind}", begin(folder, "tar", f"--format={kind}", "-cf", "-", "big.bin"))
        for kind in "gnutar", "pax":
            save(f"big-bsd-{kind}", begin(folder, BSDTAR, "--no-read-sparse", f"--format={kind}",
                                          "-cf", "-", "big.bin"))
        for name, kind in ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT):
            info = tarfile.TarInfo("big.bin")
            info.size = BIG
            save(f"big-python-{name}", info.tobuf(kind) + bytes(1024))


if __name__ == "__main__":
    main()
