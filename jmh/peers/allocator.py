"""The memory allocator and the instruction set that PyTorch runs with, shared by the scripts of this folder.

PyTorch allocates every activation and gradient anew. glibc's malloc gives large blocks back to the system when they are freed, and the page faults of the
next step can cost more than its arithmetic. So the scripts run with settings that keep freed memory in the process (SETTINGS), or with jemalloc. Both are
read when a process starts, before Python runs: `restart` replaces the process by one with the right environment.
"""
import glob, os, sys

SETTINGS = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "1000000000000", "MALLOC_TOP_PAD_": "67108864"}
AVX2 = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}
JEMALLOC = ("/usr/lib/*/libjemalloc.so*", "/usr/lib64/libjemalloc.so*", "/usr/lib/libjemalloc.so*", "/usr/local/lib/libjemalloc.so*")


def add_options(parser):
    parser.add_argument("--allocator", default="tuned", metavar="NAME",
                        help="tuned: malloc keeps freed memory (default); jemalloc, or the path of its library; default: as the environment says")
    parser.add_argument("--avx2", action="store_true", help="no instructions beyond AVX2")


def arguments(options):
    """The same options for another script of this folder."""
    return ["--allocator", options.allocator] + (["--avx2"] if options.avx2 else [])


def jemalloc(name):
    """The path of jemalloc's library: the one named, or the first that is installed."""
    found = sorted(path for pattern in JEMALLOC for path in glob.glob(pattern)) if name == "jemalloc" else [p for p in [name] if os.path.isfile(p)]
    if not found:
        sys.exit(f"--allocator {name}: no such library; install jemalloc (Debian: libjemalloc2) or give its path")
    return found[0]


def wanted(options, environment, find=jemalloc):
    """The environment that a process with these options needs."""
    result = dict(environment)
    if options.allocator == "tuned":
        result.update(SETTINGS)
    elif options.allocator != "default":
        library, loaded = find(options.allocator), [p for p in environment.get("LD_PRELOAD", "").split(":") if p]
        result["LD_PRELOAD"] = ":".join(loaded if library in loaded else [library] + loaded)
    if options.avx2:
        result.update(AVX2)
    return result


def restart(options):
    """Returns in a process with the environment that these options need; starts this script again where that differs."""
    environment = wanted(options, os.environ)
    if environment != dict(os.environ):
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable] + sys.orig_argv[1:], environment)


def loaded_libraries():
    try:
        with open("/proc/self/maps") as maps:
            return maps.read()
    except OSError:
        return ""


def description(environment=os.environ, libraries=loaded_libraries):
    """Which allocator this process has, in words: libraries first, for settings of malloc do not reach another allocator."""
    for name in ("jemalloc", "tcmalloc", "mimalloc"):
        if name in libraries():
            return name
    found = [f"{name}={environment[name]}" for name in SETTINGS if name in environment]
    return "malloc with " + " ".join(found) if found else "malloc as it comes"


def import_torch():
    """PyTorch; ends the script in one line where there is none."""
    try:
        import torch
    except ImportError as e:
        sys.exit(f"{sys.executable} has no PyTorch ({e}); run this script with a Python that has, such as torch-env/bin/python (see torch_bench.py)")
    return torch
