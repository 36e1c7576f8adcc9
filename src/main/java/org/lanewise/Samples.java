package org.lanewise;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;
import org.lanewise.spec.Shape;

/**
 * Inputs, each with a class label, a row of target values, or neither.
 *
 * <p>Inputs are in memory, where pixels may stay bytes, an eighth of the memory, and are scaled as
 * they are read; or an {@link InputReader} reads each as it is needed.
 */
public final class Samples {
    private final Shape shape;
    private final Inputs inputs;
    private final Answers answers;
    private final ClassNames classes;
    private final Normalization normalization;
    private final double[] mean;
    private final double[] std;

    private Samples(Shape shape, Inputs inputs, int size, int[] labels, double[] targets) {
        this(shape, inputs, new Answers(size, labels, targets), ClassNames.UNKNOWN,
                Normalization.NONE);
    }

    private static Samples of(Shape shape, Inputs inputs, int length, int[] labels,
            double[] targets) {
        return new Samples(shape, inputs,
                StepArguments.wholeSamples(length, shape, Math.toIntExact(shape.size())), labels,
                targets);
    }

    /**
     * {@return samples whose inputs are read as they are needed}
     *
     * <p>While a trainer takes a step, its pool reads the next batch ahead; without a pool, the
     * calling thread reads each batch. A batch that cannot be read ends a training with an
     * {@link SampleException}; its parameters are those before that step.
     *
     * @param shape shape of one input
     * @param samples how many there are, at least 1
     * @param reader of inputs
     * @param labels one class a sample, from 0; shared, not copied; null for none
     * @param targets rows of values; shared, not copied; null for none
     * @throws IllegalArgumentException if the lengths do not agree
     */
    public static Samples read(Shape shape, int samples, InputReader reader, int[] labels,
            double[] targets) {
        Objects.requireNonNull(reader, "reader");
        Math.toIntExact(shape.size());
        if (samples < 1) {
            throw new IllegalArgumentException(samples + " samples; expected at least 1");
        }
        return new Samples(shape, new Inputs.Read(reader, 0), samples, labels, targets);
    }

    /** {@return whether an {@link InputReader} reads inputs as they are needed} */
    public boolean isRead() {
        return inputs instanceof Inputs.Read;
    }

    private Samples(Shape shape, Inputs inputs, Answers answers, ClassNames classes,
            Normalization normalization) {
        normalization.requireFit(shape);
        this.shape = shape;
        this.inputs = inputs;
        this.answers = answers;
        this.classes = classes;
        this.normalization = normalization;
        this.mean = normalization.mean().stream().mapToDouble(Double::doubleValue).toArray();
        this.std = normalization.std().stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * {@return samples with class labels}
     *
     * @param shape shape of one input
     * @param inputs one input after another, row-major; shared, not copied
     * @param labels one class a sample, from 0; shared, not copied
     * @throws IllegalArgumentException if the lengths do not agree
     */
    public static Samples labelled(Shape shape, double[] inputs, int[] labels) {
        return of(shape, new Inputs.Numbers(inputs), inputs.length, labels, null);
    }

    /**
     * {@return samples with class labels, whose inputs are bytes 0 to 255 divided by 255}
     *
     * @param shape shape of one input
     * @param pixels one input after another, unsigned bytes, row-major; shared, not copied
     * @param labels one class a sample, from 0; shared, not copied
     * @throws IllegalArgumentException if the lengths do not agree
     */
    public static Samples labelled(Shape shape, byte[] pixels, int[] labels) {
        return of(shape, new Inputs.Pixels(pixels), pixels.length, labels, null);
    }

    /**
     * {@return samples with target values}
     *
     * @param shape shape of one input
     * @param inputs one input after another, row-major; shared, not copied
     * @param targets one row of values a sample; shared, not copied
     * @throws IllegalArgumentException if the lengths do not agree
     */
    public static Samples valued(Shape shape, double[] inputs, double[] targets) {
        return of(shape, new Inputs.Numbers(inputs), inputs.length, null, targets);
    }

    /**
     * {@return samples with target values, whose inputs are bytes 0 to 255 divided by 255}
     *
     * @param shape shape of one input
     * @param pixels one input after another, unsigned bytes, row-major; shared, not copied
     * @param targets one row of values a sample; shared, not copied
     * @throws IllegalArgumentException if the lengths do not agree
     */
    public static Samples valued(Shape shape, byte[] pixels, double[] targets) {
        return of(shape, new Inputs.Pixels(pixels), pixels.length, null, targets);
    }

    /**
     * {@return samples to predict, with neither labels nor targets}
     *
     * @param shape shape of one input
     * @param inputs one input after another, row-major; shared, not copied
     * @throws IllegalArgumentException if the length is no whole number of samples
     */
    public static Samples unlabelled(Shape shape, double[] inputs) {
        return of(shape, new Inputs.Numbers(inputs), inputs.length, null, null);
    }

    /**
     * {@return samples to predict, whose inputs are bytes 0 to 255 divided by 255}
     *
     * @param shape shape of one input
     * @param pixels one input after another, unsigned bytes, row-major; shared, not copied
     * @throws IllegalArgumentException if the length is no whole number of samples
     */
    public static Samples unlabelled(Shape shape, byte[] pixels) {
        return of(shape, new Inputs.Pixels(pixels), pixels.length, null, null);
    }

    /** {@return how many samples} */
    public int size() {
        return answers.size();
    }

    /** {@return the shape of one input} */
    public Shape shape() {
        return shape;
    }

    /** {@return whether samples have class labels} */
    public boolean hasLabels() {
        return answers.labels() != null;
    }

    /** {@return whether samples have target values} */
    public boolean hasTargets() {
        return answers.targets() != null;
    }

    /**
     * {@return the class of one sample}
     *
     * @param sample index, from 0
     */
    public int label(int sample) {
        return answers.labels()[sample];
    }

    /** {@return names of the classes; none where they are not known} */
    public ClassNames classes() {
        return classes;
    }

    /**
     * {@return the same samples, arrays shared, whose classes have names}
     *
     * @param names the first that of label 0
     */
    public Samples classes(ClassNames names) {
        return new Samples(shape, inputs, answers, names, normalization);
    }

    /** {@return what is done to inputs as they are read} */
    public Normalization normalization() {
        return normalization;
    }

    /**
     * {@return the same samples, arrays shared, whose inputs are read as (x - mean) / std}
     *
     * <p>x is a byte divided by 255, or a number as it is: a normalization before this one is
     * replaced, not added to.
     *
     * @param mean one number a channel (of flat inputs: a feature), or one for all; copied
     * @param std as many, standard deviations; copied
     * @throws IllegalArgumentException if there are others, one is not finite, or a standard
     *         deviation is not above 0
     */
    public Samples normalize(double[] mean, double[] std) {
        return normalize(Normalization.of(mean, std));
    }

    /**
     * {@return the same samples, arrays shared, with another normalization in place of theirs}
     *
     * @param other what is done to inputs as they are read
     * @throws IllegalArgumentException if it has others than one number a channel, or one for all
     */
    public Samples normalize(Normalization other) {
        return new Samples(shape, inputs, answers, classes, other);
    }

    /** {@return target values a sample} */
    public int targetsPerSample() {
        return answers.targetsPerSample();
    }

    /**
     * Copies one input, normalized.
     *
     * @param sample index, from 0
     * @param into overwritten from {@code offset}, as many values as the shape has
     * @param offset where the input begins
     */
    public void copyInput(int sample, double[] into, int offset) {
        copyPlain(sample, into, offset);
        normalize(into, offset);
    }

    /**
     * {@return one input as a training sees it in an epoch: augmented, and not yet normalized}
     *
     * @param sample index, from 0
     * @param epoch from 0
     * @param options of the training, of which its augmentations and its seed count
     * @throws IllegalArgumentException if an augmentation does not fit the inputs
     */
    public double[] augmented(int sample, int epoch, TrainingOptions options) {
        options.augment().forEach(one -> one.requireFit(shape));
        double[] values = new double[(int) shape.size()];
        copyPlain(sample, values, 0);
        new Augmenter(options.augment(), options.seed(), shape, normalization).apply(epoch, sample,
                values, 0);
        return values;
    }

    /** Copies one input as it is before its normalization. */
    void copyPlain(int sample, double[] into, int offset) {
        inputs.copy(sample, (int) shape.size(), into, offset);
    }

    /** Normalizes one input in its place. */
    void normalize(double[] values, int offset) {
        int area = mean.length == 0 ? 0 : (int) shape.size() / mean.length;
        for (int c = 0; c < mean.length; c++) {
            double shift = mean[c];
            double divisor = std[c];
            int end = offset + (c + 1) * area;
            for (int i = offset + c * area; i < end; i++) {
                values[i] = (values[i] - shift) / divisor;
            }
        }
    }

    /** {@return whether inputs are bytes, divided by 255 as they are read} */
    public boolean readsBytes() {
        return inputs.areBytes();
    }

    /**
     * Copies one input as the bytes that it is, before any normalization.
     *
     * @param sample index, from 0
     * @param into overwritten from its beginning, one byte for each value of the shape
     * @throws IllegalArgumentException if inputs are no bytes
     */
    public void copyBytes(int sample, byte[] into) {
        inputs.copyBytes(sample, (int) shape.size(), into);
    }

    /**
     * {@return the SHA-256 of all samples, in hexadecimal digits}
     *
     * <p>It is that of the shape in ASCII, as {@code 3x32x32}; all inputs before any normalization,
     * each value a byte where inputs are bytes, or else 8 bytes, big-endian IEEE; and all labels,
     * each 4 bytes, big-endian, or all target values, 8 bytes each.
     *
     * @throws SampleException if a sample cannot be read
     */
    public String sha256() {
        return Sha256.of(this, answers);
    }

    /**
     * Copies the target values of one sample.
     *
     * @param sample index, from 0
     * @param into overwritten from {@code offset}, {@link #targetsPerSample()} values
     * @param offset where the row begins
     */
    public void copyTargets(int sample, double[] into, int offset) {
        int each = targetsPerSample();
        System.arraycopy(answers.targets(), sample * each, into, offset, each);
    }

    /**
     * {@return the samples from one index up to another, in arrays of their own or by the same reader}
     *
     * @param from the first, from 0
     * @param to end, exclusive
     * @throws IndexOutOfBoundsException if there are no such samples
     * @throws IllegalArgumentException if that is no sample at all
     */
    public Samples slice(int from, int to) {
        Objects.checkFromToIndex(from, to, size());
        int each = (int) shape.size();
        if (from == to) {
            StepArguments.wholeSamples(0, shape, each);
        }
        return new Samples(shape, inputs.slice(from, to, each), answers.slice(from, to),
                classes, normalization);
    }

    /** {@return the bytes of all arrays, headers not included} */
    public long memoryBytes() {
        return inputs.bytes() + answers.bytes();
    }

    /**
     * A checksum of shape, inputs and answers: other samples give another, but for 1 in 2^32. The
     * normalization is no part of it.
     */
    long checksum() {
        CRC32C checksum = new CRC32C();
        checksum.update(shape.toString().getBytes(StandardCharsets.US_ASCII));
        inputs.add(checksum);
        answers.add(checksum);
        return checksum.getValue();
    }

    /**
     * Checks that a network can learn from these samples.
     *
     * @param network what is to learn
     * @throws IllegalArgumentException if shapes differ, a label is no class of the network and not
     *         ignored by its loss, all labels are ignored, classes have more names than the network
     *         outputs, a target value is out of the loss's range, or there are labels where values
     *         are needed; the message names the sample
     */
    public void requireFit(Network network) {
        requireInput(network);
        classes.requireFit(network);
        answers.requireFit(network.loss(), network.output().size());
        answers.requireNames(network.loss(), classes.names().size());
    }

    /** Checks shape and answers as {@link #requireFit} does, but for a set that is a part: all its labels may be ignored. */
    void requireEach(Network network) {
        requireInput(network);
        answers.requireEach(network.loss(), network.output().size());
    }

    /** {@return where the first value is that is not finite, for a message; null if all are} */
    String nonFinite() {
        String input = inputs.nonFinite((int) shape.size());
        return input == null ? answers.nonFinite() : input;
    }

    /** Checks the shape alone. */
    void requireInput(Network network) {
        if (!shape.equals(network.input())) {
            throw new IllegalArgumentException(
                    "samples of " + shape + " do not fit the network's input " + network.input());
        }
    }

    /** {@return what the summed losses of all samples are divided by for their mean} */
    double divisor(Loss loss, int outputs) {
        return answers.divisor(loss, outputs);
    }

    /** {@return how many samples have a label that the loss does not ignore; all for target values} */
    int counting(Loss loss) {
        return answers.counting(loss);
    }
}
