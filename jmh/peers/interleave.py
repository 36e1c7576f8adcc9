"""Lanewise and PyTorch on one suite, measured in turn: A B A B ..., a new process each time.

    ./lanewise --help                                     # builds the commands, so that no measurement does
    torch-env/bin/python jmh/peers/interleave.py --suite networks --threads 1,2 --json OUT.json

A machine's speed drifts by more than many ratios are worth. Here each round runs both libraries, one right after the other, and a ratio is of one round:
PyTorch's median divided by Lanewise's, that is how many times as fast Lanewise is (below 1: slower). The table has the median over rounds of the times, and of
the ratios the median with the smallest and the largest. Lanewise computes in --precision, PyTorch in each of --dtype: by default in both of its own against
double precision, in float32 against single. The result is written after each round, so that a run that was interrupted leaves what it has. --keep FOLDER keeps every document, and writes lanewise.json and torch.json, the medians over all rounds,
for `./lanewise report` and compare.py.
"""
import argparse, json, math, os, pathlib, statistics, subprocess, sys, tempfile
import allocator

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SUITES = ROOT / "src/main/resources/org/lanewise/cli/bench/suites"


def key(row):
    return row["problem"], row["pass"], row["threads"]


def precision(document):
    """Lanewise's in a document; those from before there were two are of double precision."""
    return document["environment"].get("precision", "double")


def by_key(results):
    """The rows of one document; of several backends Lanewise's vector loops."""
    return {key(row): row for row in results if row.get("backend", "vector") == "vector"}


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def rows(rounds, dtypes):
    """A row for each problem, pass and thread count that both libraries have in all rounds: times, and ratios within each round.

    `rounds` holds pairs of documents, of `lanewise bench --json` and of `torch_bench.py --json`.
    """
    ours = [by_key(lanewise["results"]) for lanewise, _ in rounds]
    theirs = {dtype: [by_key(r for r in torch["results"] if r["dtype"] == dtype) for _, torch in rounds] for dtype in dtypes}
    result = []
    for k in ours[0]:
        shared = [dtype for dtype in dtypes if all(k in torch for torch in theirs[dtype])]
        if not shared or not all(k in lanewise for lanewise in ours):
            continue
        times = [lanewise[k]["median_ns"] for lanewise in ours]
        row = {"problem": k[0], "pass": k[1], "threads": k[2], "precision": precision(rounds[0][0]),
               "algorithm": ours[0][k].get("algorithm"),
               "lanewise": {"median_ns": statistics.median(times), "round_ns": times}, "torch": {}, "ratio": {}}
        for dtype in shared:
            found = [torch[k] for torch in theirs[dtype]]
            other = [one["median_ns"] for one in found]
            row["torch"][dtype] = {"median_ns": statistics.median(other), "round_ns": other,
                                   "memory_format": sorted({one.get("memory_format", "unknown") for one in found})}
            row["ratio"][dtype] = spread([b / a for a, b in zip(times, other)])
        result.append(row)
    return result


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def median_document(documents):
    """The first document with the medians over all of them; for reports, which read single documents."""
    result = {**documents[0], "results": []}
    for row in documents[0]["results"]:
        same = [r for d in documents for r in d["results"] if key(r) == key(row) and all(r.get(f) == row.get(f) for f in ("dtype", "backend", "precision"))]
        merged = {**row, "median_ns": statistics.median(r["median_ns"] for r in same), "min_ns": min(r["min_ns"] for r in same)}
        for rate in ("gflops", "fraction_of_peak", "gb_per_s", "fraction_of_copy"):
            if row.get(rate) is not None:
                merged[rate] = statistics.median(r[rate] for r in same)
        result["results"].append(merged)
    return result


def table(rows, dtypes):
    short = {dtype: dtype.replace("float", "f") for dtype in dtypes}
    yield f"{'problem':34s} {'pass':16s} thr {'Lanewise ms':>12s}" + "".join(f" {short[d] + ' ms':>10s} {'x ' + short[d]:>7s} {'(min-max)':>13s}" for d in dtypes)
    for row in rows:
        line = f"{row['problem']:34s} {row['pass']:16s} {row['threads']:3d} {row['lanewise']['median_ns'] / 1e6:12.4f}"
        for d in dtypes:
            if d in row["ratio"]:
                r = row["ratio"][d]
                line += f" {row['torch'][d]['median_ns'] / 1e6:10.4f} {r['median']:7.2f} {'(%.2f-%.2f)' % (r['min'], r['max']):>13s}"
            else:
                line += " " * 33
        yield line
    for threads in sorted({row["threads"] for row in rows}):
        for d in dtypes:
            ratios = [row["ratio"][d]["median"] for row in rows if row["threads"] == threads and row["pass"] == "step" and d in row["ratio"]]
            if ratios:
                yield f"steps on {threads} thr against {d}: geometric mean {geometric_mean(ratios):.2f} over {len(ratios)}, smallest {min(ratios):.2f}"


def run(command, environment, limit=None):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment, timeout=limit)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{(done.stderr or done.stdout).strip()[-2000:]}")


def lanewise(o, out):
    environment = dict(os.environ)
    if o.avx2:
        environment["LANEWISE_JAVA_OPTS"] = (environment.get("LANEWISE_JAVA_OPTS", "") + " -XX:UseAVX=2").strip()
    run([ROOT / "lanewise", "bench", "--suite", o.suite, "--problems", o.problems, "--threads", o.threads, "--backend", "vector", "--precision", o.precision,
         "--no-errors", "--forks", "1", "--seconds", o.seconds, "--json", out], environment)
    return json.loads(out.read_text())


def torch(o, suite, out, dtype, *more, limit=None):
    run([o.torch_python, HERE / "torch_bench.py", suite, "--problems", o.problems, "--threads", o.threads, "--dtype", dtype, "--seconds", o.seconds,
         "--json", out, *more, *allocator.arguments(o)], dict(os.environ), limit)
    return json.loads(out.read_text())


def information(o, suite, out):
    """The rows of other ways to take a step. A compiler may take long, so that this run comes last and has a limit."""
    try:
        return torch(o, suite, out, "", "--information", limit=o.information_limit)["information"]
    except subprocess.TimeoutExpired:
        print(f"torch.compile and bfloat16 autocast did not end within {o.information_limit:g} s (--information-limit)", file=sys.stderr)
        return []


def suite_file(name):
    file = SUITES / (name + ".json") if (SUITES / (name + ".json")).exists() else pathlib.Path(name)
    if not file.is_file():
        sys.exit(f"--suite {name}: no such file; expected a suite file, or one of {', '.join(sorted(f.stem for f in SUITES.glob('*.json')))}")
    return file


def write(file, document):
    """Replaces the file whole, so that an interrupt leaves the last round's or this one's."""
    new = file.with_name(file.name + ".new")
    new.write_text(json.dumps(document, indent=1) + "\n")
    new.replace(file)


def document(o, rounds, dtypes):
    ours, theirs = rounds[-1]
    return {"rounds": len(rounds), "seconds": o.seconds, "suite": o.suite, "avx2": o.avx2, "precision": precision(ours), "dtype": dtypes, "lanewise": ours["environment"], "torch": theirs["environment"],
            "rows": rows(rounds, dtypes), "information": []}


def parse(arguments=None):
    q = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    q.add_argument("--suite", required=True, help="one that comes with lanewise, or a suite file")
    q.add_argument("--problems", default="", metavar="REGEX", help="only problems in whose name this is found")
    q.add_argument("--threads", default="1,2")
    q.add_argument("--precision", choices=("double", "single"), default="double", help="Lanewise's (default: double)")
    q.add_argument("--dtype", help="PyTorch's (default: float64,float32 against double precision, float32 against single)")
    q.add_argument("--rounds", type=int, default=5, help="processes of each library (default: 5)")
    q.add_argument("--seconds", type=float, default=0.3, help="time for each measurement")
    q.add_argument("--information", action="store_true", help="torch.compile and bfloat16 autocast too, once, after all rounds")
    q.add_argument("--information-limit", type=float, default=1800, metavar="SECONDS", help="the most that --information may take (default: 1800)")
    q.add_argument("--torch-python", default=sys.executable, metavar="FILE", help="a Python that has PyTorch (default: the one that runs this)")
    q.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the result")
    q.add_argument("--keep", type=pathlib.Path, metavar="FOLDER", help="keep the documents of every round, and their medians")
    allocator.add_options(q)
    o = q.parse_args(arguments)
    if o.rounds < 1:
        q.error(f"--rounds {o.rounds} must be at least 1")
    o.dtype = o.dtype or {"double": "float64,float32", "single": "float32"}[o.precision]
    return o


def require_torch(o):
    asked = subprocess.run([o.torch_python, "-c", "import torch"], capture_output=True, text=True)
    if asked.returncode != 0:
        sys.exit(f"{o.torch_python} has no PyTorch; name a Python that has by --torch-python (see torch_bench.py)")


def main():
    o = parse()
    suite, dtypes, rounds = suite_file(o.suite), o.dtype.split(","), []
    require_torch(o)
    with tempfile.TemporaryDirectory() as temporary:
        folder = o.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for i in range(1, o.rounds + 1):
            print(f"round {i} of {o.rounds}: Lanewise", end="", file=sys.stderr, flush=True)
            ours = lanewise(o, folder / f"lanewise-{i}.json")
            print(", PyTorch", file=sys.stderr, flush=True)
            theirs = torch(o, suite, folder / f"torch-{i}.json", o.dtype)
            rounds.append((ours, theirs))
            if o.json:
                write(o.json, document(o, rounds, dtypes))
        if o.keep:
            for name, documents in zip(("lanewise", "torch"), zip(*rounds)):
                write(folder / (name + ".json"), median_document(documents))
        found = document(o, rounds, dtypes)
        if o.information:
            print("PyTorch, for information", file=sys.stderr, flush=True)
            found["information"] = information(o, suite, folder / "information.json")
            if o.json:
                write(o.json, found)
    print(f"Lanewise: {found['precision']} precision")
    print("PyTorch: " + ", ".join(f"{name} {value}" for name, value in found["torch"].items()))
    print("\n".join(table(found["rows"], dtypes)))
    for row in found["information"]:
        said = f"{row['median_ns'] / 1e6:.4f} ms, {row['memory_format']}" if "median_ns" in row else "does not run: " + row["does_not_run"]
        print(f"for information: {row['problem']}, {row['threads']} thr, {row['way']}: {said}")


if __name__ == "__main__":
    main()
