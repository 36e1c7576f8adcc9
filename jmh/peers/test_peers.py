"""Checks the parts of these scripts that need no PyTorch: `python3 -m unittest discover -s jmh/peers`."""
import argparse, contextlib, io, json, math, pathlib, tempfile, unittest, unittest.mock
import allocator, cifar_recipe, compare, interleave

RECIPE = pathlib.Path(__file__).parents[2] / "src/main/resources/org/lanewise/cli/format/recipes/cifar-94.json"


def options(name="tuned", avx2=False):
    return argparse.Namespace(allocator=name, avx2=avx2)


def ours(median, problem="a", which="step", threads=1, **more):
    return {"problem": problem, "pass": which, "threads": threads, "backend": "vector", "algorithm": "direct", "median_ns": median, "min_ns": median / 2,
            "fraction_of_peak": 100 / median, "gflops": None, **more}


def theirs(median, dtype="float64", memory_format="contiguous", problem="a", which="step", threads=1):
    return {"problem": problem, "pass": which, "threads": threads, "dtype": dtype, "memory_format": memory_format, "median_ns": median, "min_ns": median / 2,
            "gflops": None}


def documents(lanewise, torch):
    return {"environment": {}, "results": lanewise}, {"environment": {"torch": "2"}, "results": torch}


class Ratios(unittest.TestCase):
    def test_ratios_are_taken_within_a_round(self):
        rounds = [documents([ours(10)], [theirs(40), theirs(20, "float32")]), documents([ours(100)], [theirs(200), theirs(300, "float32", "channels_last")]),
                  documents([ours(20)], [theirs(60), theirs(10, "float32")])]
        row, = interleave.rows(rounds, ["float64", "float32"])
        self.assertEqual({"median": 3, "min": 2, "max": 4}, row["ratio"]["float64"])
        self.assertEqual({"median": 2, "min": 0.5, "max": 3}, row["ratio"]["float32"])
        self.assertEqual({"median_ns": 20, "round_ns": [10, 100, 20]}, row["lanewise"])
        self.assertEqual(["channels_last", "contiguous"], row["torch"]["float32"]["memory_format"])

    def test_only_rows_of_both_libraries_and_of_every_round_are_kept(self):
        rounds = [documents([ours(10), ours(1, which="forward"), ours(9, "b"), ours(7, backend="scalar")], [theirs(40), theirs(5, problem="b")]),
                  documents([ours(10), ours(1, which="forward")], [theirs(40), theirs(5, problem="b")])]
        row, = interleave.rows(rounds, ["float64", "float32"])
        self.assertEqual(("a", "step", 1, ["float64"]), (*interleave.key(row), list(row["ratio"])))
        self.assertEqual([10, 10], row["lanewise"]["round_ns"])

    def test_threads_are_rows_of_their_own(self):
        rounds = [documents([ours(10), ours(5, threads=2)], [theirs(40), theirs(10, threads=2)])]
        self.assertEqual([4, 2], [row["ratio"]["float64"]["median"] for row in interleave.rows(rounds, ["float64"])])
        lines = list(interleave.table(interleave.rows(rounds, ["float64"]), ["float64"]))
        self.assertIn("4.00   (4.00-4.00)", lines[1])
        self.assertIn("steps on 2 thr against float64: geometric mean 2.00 over 1", lines[4])

    def test_median_document_has_the_medians_of_all_rounds(self):
        found = interleave.median_document([{"environment": {"jdk": "25"}, "results": [ours(m)]} for m in (10, 50, 20)])
        self.assertEqual({"environment": {"jdk": "25"}, "results": [ours(20, min_ns=5)]}, found)
        merged = interleave.median_document([{"results": [theirs(1), theirs(9, "float32")]}, {"results": [theirs(3), theirs(9, "float32")]}])
        self.assertEqual([2, 9], [row["median_ns"] for row in merged["results"]])

    def test_rows_record_the_precision_of_each_side(self):
        for more, expected in (({}, "double"), ({"precision": "single"}, "single")):
            lanewise, torch = documents([ours(10, **more)], [theirs(20, "float32")])
            lanewise["environment"].update(more)
            row, = interleave.rows([(lanewise, torch)], ["float32"])
            self.assertEqual((expected, ["float32"]), (row["precision"], list(row["ratio"])))
            o = argparse.Namespace(seconds=1, suite="small", avx2=False)
            found = interleave.document(o, [(lanewise, torch)], ["float32"])
            self.assertEqual((expected, ["float32"]), (found["precision"], found["dtype"]))
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                compare.main(lanewise, torch)
            self.assertTrue(out.getvalue().startswith(f"Lanewise: {expected} precision\n"), out.getvalue())

    def test_single_precision_is_compared_with_float32(self):
        for given, expected in ([], ("double", "float64,float32")), (["--precision", "single"], ("single", "float32")), (
                ["--precision", "single", "--dtype", "float64"], ("single", "float64")):
            o = interleave.parse(["--suite", "small", *given])
            self.assertEqual(expected, (o.precision, o.dtype))

    def test_medians_are_of_one_precision(self):
        found = interleave.median_document([{"results": [ours(m, precision="double"), ours(2 * m, precision="single")]} for m in (10, 50, 20)])
        self.assertEqual([20, 40], [row["median_ns"] for row in found["results"]])

    def test_lanewise_is_asked_for_its_precision(self):
        asked = []
        with unittest.mock.patch.object(interleave, "run", lambda command, *_: asked.append(command)), tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "out.json"
            out.write_text("{}")
            interleave.lanewise(interleave.parse(["--suite", "small", "--precision", "single"]), out)
        self.assertEqual("single", asked[0][asked[0].index("--precision") + 1])

    def test_geometric_mean(self):
        self.assertTrue(math.isclose(4, interleave.geometric_mean([2, 8])))

    def test_compare_reads_documents_with_and_without_information(self):
        for more in ({}, {"information": [{"problem": "a", "threads": 1, "way": "torch.compile", "does_not_run": "no compiler"}]}):
            out = io.StringIO()
            lanewise, torch = documents([ours(10)], [theirs(40), theirs(20, "float32")])
            with contextlib.redirect_stdout(out):
                compare.main(lanewise, {**torch, **more})
            self.assertIn("geometric mean against float64: 4.00 over 1 rows", out.getvalue())
            self.assertEqual("information" in more, "torch.compile: does not run: no compiler" in out.getvalue())


class Allocator(unittest.TestCase):
    def test_tuned_adds_the_settings_of_malloc_and_keeps_the_rest(self):
        found = allocator.wanted(options(), {"PATH": "/bin", "MALLOC_TOP_PAD_": "1"})
        self.assertEqual({"PATH": "/bin", **allocator.SETTINGS}, found)
        self.assertEqual(found, allocator.wanted(options(), found), "a process that was restarted must not restart again")

    def test_jemalloc_is_loaded_first_and_once(self):
        found = allocator.wanted(options("jemalloc"), {"LD_PRELOAD": "/other.so"}, lambda name: "/lib/libjemalloc.so.2")
        self.assertEqual({"LD_PRELOAD": "/lib/libjemalloc.so.2:/other.so"}, found)
        self.assertEqual(found, allocator.wanted(options("jemalloc"), found, lambda name: "/lib/libjemalloc.so.2"))

    def test_an_allocator_that_is_not_there_ends_in_one_line(self):
        with self.assertRaises(SystemExit) as ended:
            allocator.wanted(options("/no/such/library.so"), {})
        self.assertEqual(1, len(str(ended.exception.code).splitlines()))

    def test_default_leaves_the_environment_alone_but_for_avx2(self):
        self.assertEqual({"A": "b"}, allocator.wanted(options("default"), {"A": "b"}))
        self.assertEqual(allocator.AVX2, allocator.wanted(options("default", avx2=True), {}))

    def test_the_description_is_of_what_is_loaded(self):
        self.assertEqual("jemalloc", allocator.description(allocator.SETTINGS, lambda: "7f00 /usr/lib/libjemalloc.so.2"))
        self.assertEqual("malloc with MALLOC_MMAP_MAX_=0", allocator.description({"MALLOC_MMAP_MAX_": "0"}, lambda: ""))
        self.assertEqual("malloc as it comes", allocator.description({}, lambda: ""))

    def test_options_reach_another_script(self):
        parser = argparse.ArgumentParser()
        allocator.add_options(parser)
        for given in ([], ["--avx2"], ["--allocator", "jemalloc"]):
            parsed = parser.parse_args(given)
            self.assertEqual(parsed, parser.parse_args(allocator.arguments(parsed)))


class CifarRecipe(unittest.TestCase):
    """torch_cifar.py trains by the numbers of cifar_recipe.py, Lanewise by those of its recipe: they must be the same."""

    def setUp(self):
        self.recipe = json.loads(RECIPE.read_text())

    def test_learning_rates_and_weight_decays(self):
        optimizer = self.recipe["optimizer"]
        self.assertEqual(cifar_recipe.rates()["others"], (optimizer["learning_rate"], optimizer["weight_decay"]))
        biases = optimizer["groups"][0]
        self.assertEqual(cifar_recipe.rates()["biases"], (optimizer["learning_rate"] * biases["learning_rate_factor"], biases["weight_decay"]))
        self.assertEqual((cifar_recipe.MOMENTUM, True), (optimizer["momentum"], optimizer["nesterov"]))
        self.assertEqual(cifar_recipe.WHITENING_BIAS_EPOCHS, optimizer["groups"][2]["frozen_from_epoch"])

    def test_the_schedule_passes_through_the_points_of_the_recipe(self):
        total = cifar_recipe.total_steps(50_000, self.recipe["epochs"])
        points = self.recipe["schedule"]["points"]
        self.assertEqual([0, cifar_recipe.peak(total), total], [step for step, _ in points])
        for step, factor in points:
            self.assertAlmostEqual(factor, cifar_recipe.factor(step, total), places=14)
        self.assertAlmostEqual(0.6, cifar_recipe.factor(54.5, total), places=14)

    def test_batch_normalization_and_average(self):
        self.assertEqual(cifar_recipe.BATCH, self.recipe["batch_size"])
        self.assertEqual({"mean": list(cifar_recipe.MEAN), "std": list(cifar_recipe.STD)}, self.recipe["data"]["normalize"])
        self.assertEqual({"type": "lookahead", "every": cifar_recipe.AVERAGE_EVERY, "decay": cifar_recipe.AVERAGE_DECAY, "power": cifar_recipe.AVERAGE_POWER},
                         self.recipe["average"])

    def test_slow_weights_count_more_towards_the_end(self):
        self.assertIsNone(cifar_recipe.kept(4, 100))
        self.assertEqual(0.95 ** 5 / 8, cifar_recipe.kept(50, 100))
        self.assertEqual(0.95 ** 5, cifar_recipe.kept(100, 100))


if __name__ == "__main__":
    unittest.main()
