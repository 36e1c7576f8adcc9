package org.lanewise.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.function.UnaryOperator;
import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.DivergenceException;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.Safeguards;
import org.lanewise.Trainer;
import org.lanewise.TrainingOptions;
import org.lanewise.plan.Kernels;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;
import org.lanewise.plan.PlanOptions;
import org.lanewise.plan.Purpose;
import org.lanewise.plan.Team;
import org.lanewise.spec.LayerPlan;
import org.lanewise.spec.Network;

/**
 * Computes a case in every way that Lanewise can and compares the results.
 *
 * <ul>
 * <li>By the direct algorithm, the outputs, losses, gradients and parameters of every step equal
 * those of the scalar reference bit for bit: vector kernels with and without fusion, on 1, 2 and 7
 * threads, with the gradient of the input too, and through {@link Trainer} and {@link Model}; and so do the outputs of
 * plans for inference, in which more is fused, with batch normalization folded into weights and not.
 * <li>Where a plan uses Winograd convolution, it gives the same bits with and without fusion and on
 * 7 threads and in inference, and each of its passes is within a bound of the reference ({@link PassCheck}).
 * </ul>
 *
 * <p>Close it to end its threads.
 */
public final class NetworkCheck implements AutoCloseable {
    private final ForkJoinPool two = new ForkJoinPool(2);
    private final ForkJoinPool seven = new ForkJoinPool(7);
    private final UnaryOperator<NetworkCase> vectorCase;

    /** Checks what it is given. */
    public NetworkCheck() {
        this(UnaryOperator.identity());
    }

    /**
     * Replaces the case that vector plans compute, so that a test can show a wrong result.
     *
     * @param vectorCase makes that case of the one to check
     */
    public NetworkCheck(UnaryOperator<NetworkCase> vectorCase) {
        this.vectorCase = vectorCase;
    }

    @Override
    public void close() {
        two.shutdown();
        seven.shutdown();
    }

    /**
     * {@return what is wrong, and the smallest case that shows it; empty if all results agree}
     *
     * @param drawn what to compute
     */
    public Optional<NetworkFailure> check(NetworkCase drawn) {
        return failure(drawn).map(reason -> {
            NetworkCase smallest = Shrinker.shrink(drawn, one -> failure(one).isPresent());
            return new NetworkFailure(drawn, reason, smallest,
                    failure(smallest).orElse("not every time"));
        });
    }

    /** The first difference or exception, in words; empty if all results agree. */
    Optional<String> failure(NetworkCase drawn) {
        try {
            return new Comparison(drawn).failure();
        } catch (RuntimeException | AssertionError e) {
            return Optional.of(e + " at " + Arrays.stream(e.getStackTrace()).limit(3)
                    .map(String::valueOf).toList());
        }
    }

    static String describe(String name, Agreement agreement) {
        return String.format(Locale.ROOT, "%s[%d]: expected %s, found %s; %d of %d differ", name,
                agreement.first(), agreement.expected(), agreement.found(), agreement.wrong(),
                agreement.elements());
    }

    /** All ways to compute one case. */
    private final class Comparison {
        private final NetworkCase drawn;
        private final NetworkCase vector;
        private final CaseData data;
        private final List<List<NamedArray>> expected;

        Comparison(NetworkCase drawn) {
            this.drawn = drawn;
            this.vector = vectorCase.apply(drawn);
            this.data = CaseData.of(drawn);
            this.expected = new TrainingRun(drawn, data,
                    options(Kernels.SCALAR).unfused(), Team.alone()).all();
        }

        private PlanOptions options(Kernels kernels) {
            return PlanOptions.of(Purpose.TRAIN, kernels, drawn.capacity())
                    .precision(drawn.precision()).seed(drawn.seed());
        }

        Optional<String> failure() {
            PlanOptions direct = options(Kernels.DIRECT);
            return compare("scalar, 7 threads", expected, options(Kernels.SCALAR),
                    Team.of(seven))
                    .or(() -> compare("vector", expected, direct, Team.alone()))
                    .or(() -> compare("vector, unfused", expected, direct.unfused(),
                            Team.alone()))
                    .or(() -> compare("vector, 2 threads", expected, direct, Team.of(two)))
                    .or(() -> compare("vector, 7 threads", expected, direct, Team.of(seven)))
                    .or(() -> inputGradient(direct))
                    .or(this::facade)
                    .or(this::inference)
                    .or(this::winograd);
        }

        private Optional<String> compare(String way, List<List<NamedArray>> reference,
                PlanOptions options, Team team) {
            TrainingRun run = new TrainingRun(options.kernels() == Kernels.SCALAR ? drawn : vector,
                    data, options, team);
            return team.threads() > 1 && !run.plan().shares()
                    ? Optional.empty()
                    : compare(way, reference, run);
        }

        private Optional<String> compare(String way, List<List<NamedArray>> reference,
                TrainingRun run) {
            for (int step = 0; step < reference.size(); step++) {
                run.computeGradients(step);
                Optional<String> difference = difference(reference.get(step), run.finish(step));
                if (difference.isPresent()) {
                    return Optional.of(way + ", step " + (step + 1) + ": " + difference.get());
                }
            }
            return Optional.empty();
        }

        private static Optional<String> difference(List<NamedArray> expected,
                List<NamedArray> found) {
            for (int i = 0; i < expected.size(); i++) {
                NamedArray right = expected.get(i);
                Agreement agreement = Agreement.ofBits(right.values(), found.get(i).values());
                if (!agreement.good()) {
                    return Optional.of(describe(right.name(), agreement));
                }
            }
            return Optional.empty();
        }

        /** The gradient with respect to the input, which training leaves out. */
        private Optional<String> inputGradient(PlanOptions direct) {
            PlanOptions whole = direct.purpose(Purpose.TRAIN_WITH_INPUT_GRADIENT);
            PlanOptions scalar = options(Kernels.SCALAR)
                    .purpose(Purpose.TRAIN_WITH_INPUT_GRADIENT);
            List<List<NamedArray>> reference = new TrainingRun(drawn, data, scalar, Team.alone())
                    .all();
            return compare("vector with input gradient", reference, whole, Team.alone());
        }

        /** What users call: a trainer, and a model of what it has learned. */
        private Optional<String> facade() {
            TrainingOptions options = TrainingOptions.of(vector.optimizer())
                    .batchSize(drawn.capacity()).backend(Backend.AUTO).seed(drawn.seed())
                    .algorithm(Algorithm.DIRECT).precision(drawn.precision())
                    .safeguards(Safeguards.NONE.gradientNorm(vector.gradientNorm()));
            Trainer trainer = new Trainer(vector.network(), data.initial(), options);
            for (int step = 0; step < expected.size(); step++) {
                CaseData.Batch batch = data.batches().get(step);
                NamedArray loss = named(expected.get(step), "loss");
                double found;
                try {
                    found = batch.labels() != null
                            ? trainer.step(batch.inputs(), batch.labels())
                            : trainer.step(batch.inputs(), batch.targets());
                } catch (DivergenceException e) {
                    // Trainers throw where the reference continued.
                    return Double.isFinite(loss.values()[0])
                            ? Optional.of("trainer: " + e.getMessage())
                            : Optional.empty();
                }
                Agreement agreement = Agreement.ofBits(loss.values(), new double[] {found});
                if (!agreement.good()) {
                    return Optional.of("trainer, step " + (step + 1) + ": "
                            + describe("loss", agreement));
                }
            }
            return learned(trainer.parameters());
        }

        private Optional<String> learned(Parameters found) {
            for (Parameters.Parameter parameter : found.list()) {
                String name = parameter.spec().name();
                Agreement agreement = Agreement.ofBits(named(expected.getLast(), name).values(),
                        parameter.values());
                if (!agreement.good()) {
                    return Optional.of("trainer: " + describe(name, agreement));
                }
            }
            double[] inputs = data.batches().getLast().inputs();
            Agreement agreement = Agreement.ofBits(
                    outputs(drawn.network(), found, Backend.SCALAR, inputs),
                    outputs(vector.network(), found, Backend.AUTO, inputs));
            return agreement.good()
                    ? Optional.empty()
                    : Optional.of("model: " + describe("outputs", agreement));
        }

        /** Plans without backward passes, of what was learned. */
        private Optional<String> inference() {
            PlanOptions scalar = options(Kernels.SCALAR).purpose(Purpose.PREDICT);
            PlanOptions direct = options(Kernels.DIRECT).purpose(Purpose.PREDICT);
            PlanOptions fastest = options(Kernels.ANY).purpose(Purpose.PREDICT);
            return predictions("inference", scalar, direct)
                    .or(() -> predictions("inference, folded", scalar.folded(true),
                            direct.folded(true)))
                    .or(() -> predictions("inference as validation", options(Kernels.ANY),
                            fastest))
                    .or(() -> predictions("inference, folded and fused",
                            fastest.unfused().folded(true),
                            fastest.folded(true)));
        }

        private Optional<String> predictions(String way, PlanOptions expectedOf,
                PlanOptions foundOf) {
            Agreement agreement = Agreement.ofBits(predictions(drawn.network(), expectedOf),
                    predictions(vector.network(), foundOf));
            return agreement.good()
                    ? Optional.empty()
                    : Optional.of(way + ": " + describe("outputs", agreement));
        }

        private double[] predictions(Network network, PlanOptions options) {
            Plan plan = Plan.compile(network, options, Team.alone());
            for (ParameterBuffer buffer : plan.arrays()) {
                double[] values = named(expected.getLast(), buffer.spec().name()).values();
                buffer.values().write(values, 0, 0, values.length);
            }
            plan.fold();
            CaseData.Batch batch = data.batches().getLast();
            plan.inputs().write(batch.inputs(), 0, 0, batch.inputs().length);
            plan.predict(batch.samples());
            return Arrays.copyOf(plan.outputs().copy(), batch.samples() * plan.outputSize());
        }

        private double[] outputs(Network network, Parameters parameters, Backend backend,
                double[] inputs) {
            return new Model(network, parameters, drawn.capacity(), backend, Algorithm.DIRECT,
                    seven).precision(drawn.precision()).outputs(inputs);
        }

        private static NamedArray named(List<NamedArray> arrays, String name) {
            return arrays.stream().filter(array -> array.name().equals(name)).findFirst()
                    .orElseThrow();
        }

        private Optional<String> winograd() {
            PlanOptions fastest = options(Kernels.ANY);
            TrainingRun run = new TrainingRun(vector, data, fastest, Team.alone());
            Plan plan = run.plan();
            if (plan.algorithm().equals(LayerPlan.DIRECT)) {
                return Optional.empty();
            }
            String way = "vector, " + plan.algorithm();
            List<List<NamedArray>> reference = new ArrayList<>();
            for (int step = 0; step < expected.size(); step++) {
                run.computeGradients(step);
                Optional<String> failure = new PassCheck(plan, run.samples(step)).failure();
                if (failure.isPresent()) {
                    return Optional.of(way + ", step " + (step + 1) + ": " + failure.get());
                }
                reference.add(run.finish(step));
            }
            return compare(way + ", unfused", reference, fastest.unfused(), Team.alone())
                    .or(() -> compare(way + ", 7 threads", reference, fastest, Team.of(seven)));
        }
    }
}
