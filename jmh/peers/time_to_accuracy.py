"""Wall time to a test accuracy, Lanewise beside PyTorch, over several seeds.

    torch-env/bin/python time_to_accuracy.py --data /usr/share/datasets/fashion-mnist [--network lenet-5,mnist-cnn] [--seeds 1,2,3]
        [--target 0.9] [--threads 2] [--precision single] [--dtype float32]
        [--weights fan_in_uniform] [--json OUT.json]

Runs `lanewise train --until-accuracy` and torch_train.py (beside this file) on the same network, batches of 64, learning rate 0.02 and momentum 0.9,
one after the other, and times both from the start of training to the end of the first epoch whose test accuracy is the target or more; scoring counts,
reading the data and starting the process do not. First weights are drawn by PyTorch's rule (--weights has others for Lanewise, whose biases begin at 0),
numbers and the order of samples are each library's own, so that a seed is not the same training in both: compare the medians. PyTorch keeps freed memory
(--allocator) and has the faster of its memory formats; the JSON names both. Build first (./lanewise --help); a quiet machine gives the better figure of both.
"""
import argparse, json, os, pathlib, re, statistics, subprocess, sys
import allocator

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NETWORKS = ROOT / "src/main/resources/org/lanewise/cli/format/networks"


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def lanewise(o, network, seed):
    result = json.loads(run([ROOT / "lanewise", "train", "--json", "--data", o.data, "--network", network, "--epochs", str(o.epochs), "--batch-size", "64",
                             "--optimizer", "sgd", "--learning-rate", "0.02", "--momentum", "0.9", "--threads", str(o.threads), "--seed", str(seed),
                             "--weights", o.weights, "--precision", o.precision, "--until-accuracy", str(o.target)]))
    return {"reached": result["end"] == "accuracy", "epochs": len(result["epochs"]), "seconds": result["seconds"],
            "accuracy": result["epochs"][-1]["test_accuracy"]}


def torch(o, network, seed):
    said = run([sys.executable, HERE / "torch_train.py", "--data", o.data, "--network", NETWORKS / (network + ".json"), "--dtype", o.dtype, "--epochs",
                str(o.epochs), "--batch-size", "64", "--learning-rate", "0.02", "--momentum", "0.9", "--threads", str(o.threads), "--seed", str(seed),
                "--target", str(o.target)] + allocator.arguments(o))
    epochs = re.findall(r"epoch (\d+): test accuracy ([\d.]+), ([\d.]+) s training", said)
    number, accuracy, seconds = epochs[-1]
    return {"reached": "reached after" in said, "epochs": int(number), "seconds": float(seconds), "accuracy": float(accuracy),
            **{name.replace(" ", "_"): value for name, value in re.findall("^(allocator|memory format): (.*)$", said, re.MULTILINE)}}


def cell(run):
    return f"{run['epochs']:6d}  {run['seconds']:8.1f}  {run['accuracy']:.4f}{' ' if run['reached'] else '*'}"


def main():
    q = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    q.add_argument("--data", required=True)
    q.add_argument("--network", default="lenet-5,mnist-cnn", help="networks that come with lanewise, separated by commas")
    q.add_argument("--seeds", default="1,2,3")
    q.add_argument("--target", type=float, default=0.9)
    q.add_argument("--epochs", type=int, default=30, help="the most of one run")
    q.add_argument("--threads", type=int, default=2)
    q.add_argument("--dtype", default="float32", help="PyTorch's")
    q.add_argument("--precision", choices=("double", "single"), default="double", help="Lanewise's (default: double)")
    q.add_argument("--weights", default="fan_in_uniform", help="how Lanewise's weights begin; PyTorch's are its own")
    q.add_argument("--json", type=pathlib.Path, help="write every run")
    allocator.add_options(q)
    o = q.parse_args()
    allocator.import_torch()
    runs = []
    if o.avx2:
        os.environ["LANEWISE_JAVA_OPTS"] = (os.environ.get("LANEWISE_JAVA_OPTS", "") + " -XX:UseAVX=2").strip()
    print(f"to a test accuracy of {o.target}, {o.threads} threads; Lanewise {o.precision} precision, PyTorch {o.dtype}")
    print(f"{'':18}{'Lanewise':>16}{'PyTorch':>25}")
    print(f"{'network':12}{'seed':>4}  {'epochs   seconds  accuracy':>26}{'epochs   seconds  accuracy':>27}", flush=True)
    for network in o.network.split(","):
        pairs = []
        for seed in map(int, o.seeds.split(",")):
            pair = {"lanewise": lanewise(o, network, seed), "torch": torch(o, network, seed)}
            runs += [{"network": network, "seed": seed, "library": name, **one} for name, one in pair.items()]
            pairs.append(pair)
            print(f"{network:12}{seed:4}  {cell(pair['lanewise'])}  {cell(pair['torch'])}  {pair['torch']['memory_format']}", flush=True)
        if all(one["reached"] for pair in pairs for one in pair.values()):
            ours, theirs = (statistics.median(pair[name]["seconds"] for pair in pairs) for name in ("lanewise", "torch"))
            print(f"{network:12} median {ours:.1f} s and {theirs:.1f} s: Lanewise {theirs / ours:.2f} times as fast", flush=True)
        else:
            print(f"{network:12} * not reached in {o.epochs} epochs: no median", flush=True)
    if o.json:
        o.json.write_text(json.dumps({"target": o.target, "threads": o.threads, "precision": o.precision, "dtype": o.dtype, "weights": o.weights, "runs": runs}, indent=2) + "\n")


if __name__ == "__main__":
    main()
