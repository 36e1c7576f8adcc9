package org.lanewise;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/**
 * Inputs in memory, each with a class label, a row of target values, or neither.
 *
 * <p>Pixels may stay bytes, an eighth of the memory, and are scaled as they are read.
 */
public final class Samples {
    private static final double[] BYTE_SCALE = byteScale();

    private final Shape shape;
    private final int size;
    private final double[] values;
    private final byte[] pixels;
    private final int[] labels;
    private final double[] targets;
    private final ClassNames classes;

    private Samples(Shape shape, double[] values, byte[] pixels, int[] labels, double[] targets) {
        this(shape, values, pixels, labels, targets, ClassNames.UNKNOWN);
    }

    private Samples(Shape shape, double[] values, byte[] pixels, int[] labels, double[] targets,
            ClassNames classes) {
        this.classes = classes;
        this.shape = shape;
        this.values = values;
        this.pixels = pixels;
        this.labels = labels;
        this.targets = targets;
        this.size = wholeSamples(values != null ? values.length : pixels.length, shape,
                Math.toIntExact(shape.size()));
        if (labels != null && labels.length != size) {
            throw new IllegalArgumentException(
                    counted(labels.length, "label") + " for " + counted(size, "sample"));
        }
        if (targets != null && (targets.length == 0 || targets.length % size != 0)) {
            throw new IllegalArgumentException(counted(targets.length, "target value") + " for "
                    + counted(size, "sample") + "; each sample needs the same number, at least 1");
        }
    }

    /**
     * {@return how many samples some input values are}
     *
     * @throws IllegalArgumentException if they are no whole number of samples, or none
     */
    static int wholeSamples(int elements, Shape shape, int each) {
        if (elements == 0 || elements % each != 0) {
            throw new IllegalArgumentException(counted(elements, "input value")
                    + " for samples of " + shape + " = " + each
                    + ": expected a whole number of samples, at least 1");
        }
        return elements / each;
    }

    /** {@return a count for a message, as {@code 1 label} and {@code 2 labels}} */
    static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static double[] byteScale() {
        double[] scale = new double[256];
        for (int i = 0; i < scale.length; i++) {
            scale[i] = i / 255.0;
        }
        return scale;
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
        return new Samples(shape, inputs, null, labels, null);
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
        return new Samples(shape, null, pixels, labels, null);
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
        return new Samples(shape, inputs, null, null, targets);
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
        return new Samples(shape, null, pixels, null, targets);
    }

    /**
     * {@return samples to predict, with neither labels nor targets}
     *
     * @param shape shape of one input
     * @param inputs one input after another, row-major; shared, not copied
     * @throws IllegalArgumentException if the length is no whole number of samples
     */
    public static Samples unlabelled(Shape shape, double[] inputs) {
        return new Samples(shape, inputs, null, null, null);
    }

    /**
     * {@return samples to predict, whose inputs are bytes 0 to 255 divided by 255}
     *
     * @param shape shape of one input
     * @param pixels one input after another, unsigned bytes, row-major; shared, not copied
     * @throws IllegalArgumentException if the length is no whole number of samples
     */
    public static Samples unlabelled(Shape shape, byte[] pixels) {
        return new Samples(shape, null, pixels, null, null);
    }

    /** {@return how many samples} */
    public int size() {
        return size;
    }

    /** {@return the shape of one input} */
    public Shape shape() {
        return shape;
    }

    /** {@return whether samples have class labels} */
    public boolean hasLabels() {
        return labels != null;
    }

    /** {@return whether samples have target values} */
    public boolean hasTargets() {
        return targets != null;
    }

    /**
     * {@return the class of one sample}
     *
     * @param sample index, from 0
     */
    public int label(int sample) {
        return labels[sample];
    }

    /** {@return names of the classes; none where they are not known} */
    public ClassNames classes() {
        return classes;
    }

    /**
     * {@return the same samples, arrays shared, whose classes have names}
     *
     * @param names the first that of label 0
     * @throws IllegalArgumentException if a label has no name
     */
    public Samples classes(ClassNames names) {
        for (int i = 0; names.known() && labels != null && i < size; i++) {
            if (labels[i] >= names.names().size()) {
                throw new IllegalArgumentException("sample " + i + ": label " + labels[i]
                        + " has no name; there are " + names.names().size() + " class names");
            }
        }
        return new Samples(shape, values, pixels, labels, targets, names);
    }

    /** {@return target values a sample} */
    public int targetsPerSample() {
        return targets.length / size;
    }

    /**
     * Copies one input.
     *
     * @param sample index, from 0
     * @param into overwritten from {@code offset}, as many values as the shape has
     * @param offset where the input begins
     */
    public void copyInput(int sample, double[] into, int offset) {
        int each = (int) shape.size();
        int start = sample * each;
        if (values != null) {
            System.arraycopy(values, start, into, offset, each);
            return;
        }
        for (int i = 0; i < each; i++) {
            into[offset + i] = BYTE_SCALE[pixels[start + i] & 0xFF];
        }
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
        System.arraycopy(targets, sample * each, into, offset, each);
    }

    /**
     * {@return the samples from one index up to another, in arrays of their own}
     *
     * @param from the first, from 0
     * @param to end, exclusive
     * @throws IndexOutOfBoundsException if there are no such samples
     * @throws IllegalArgumentException if that is no sample at all
     */
    public Samples slice(int from, int to) {
        Objects.checkFromToIndex(from, to, size);
        int each = (int) shape.size();
        return new Samples(shape,
                values == null ? null : Arrays.copyOfRange(values, from * each, to * each),
                pixels == null ? null : Arrays.copyOfRange(pixels, from * each, to * each),
                labels == null ? null : Arrays.copyOfRange(labels, from, to),
                targets == null
                        ? null
                        : Arrays.copyOfRange(targets, from * targetsPerSample(),
                                to * targetsPerSample()),
                classes);
    }

    /** {@return the bytes of all arrays, headers not included} */
    public long memoryBytes() {
        return (values == null ? 0 : (long) Double.BYTES * values.length)
                + (pixels == null ? 0 : pixels.length)
                + (labels == null ? 0 : (long) Integer.BYTES * labels.length)
                + (targets == null ? 0 : (long) Double.BYTES * targets.length);
    }

    /** A checksum of shape, inputs and answers: other samples give another, but for 1 in 2^32. */
    long checksum() {
        CRC32C checksum = new CRC32C();
        checksum.update(shape.toString().getBytes(StandardCharsets.US_ASCII));
        if (pixels != null) {
            checksum.update(pixels);
        }
        ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
        update(checksum, chunk, values);
        update(checksum, chunk, targets);
        for (int i = 0; labels != null && i < labels.length; i++) {
            checksum.update(chunk.clear().putInt(labels[i]).flip());
        }
        return checksum.getValue();
    }

    private static void update(CRC32C checksum, ByteBuffer chunk, double[] numbers) {
        int each = chunk.capacity() / Double.BYTES;
        for (int start = 0; numbers != null && start < numbers.length; start += each) {
            int count = Math.min(each, numbers.length - start);
            chunk.clear().asDoubleBuffer().put(numbers, start, count);
            checksum.update(chunk.limit(count * Double.BYTES));
        }
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
        long outputs = network.output().size();
        if (network.loss().takesLabels()) {
            requireLabels(network.loss(), outputs);
        } else {
            requireTargets(network.loss(), outputs);
        }
    }

    /** {@return where the first value is that is not finite, for a message; null if all are} */
    String nonFinite() {
        int each = (int) shape.size();
        for (int i = 0; values != null && i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                return "input value " + i % each + " of sample " + i / each + " is " + values[i];
            }
        }
        for (int i = 0; targets != null && i < targets.length; i++) {
            if (!Double.isFinite(targets[i])) {
                return "target value " + i % targetsPerSample() + " of sample "
                        + i / targetsPerSample() + " is " + targets[i];
            }
        }
        return null;
    }

    /** Checks the shape alone. */
    void requireInput(Network network) {
        if (!shape.equals(network.input())) {
            throw new IllegalArgumentException(
                    "samples of " + shape + " do not fit the network's input " + network.input());
        }
    }

    private void requireLabels(Loss loss, long classes) {
        if (labels == null) {
            throw new IllegalArgumentException(
                    loss.type() + " needs one class label a sample; the samples have none");
        }
        for (int i = 0; i < size; i++) {
            if ((labels[i] < 0 || labels[i] >= classes) && !loss.ignores(labels[i])) {
                throw new IllegalArgumentException("sample " + i + ": label " + labels[i]
                        + " is none of the network's " + classes + " classes, 0 to "
                        + (classes - 1));
            }
        }
        if (divisor(loss, (int) classes) == 0.0) {
            throw new IllegalArgumentException("the labels of all " + counted(size, "sample")
                    + " are ignored, or have the weight 0, in " + loss
                    + "; at least one sample has to count");
        }
    }

    private void requireTargets(Loss loss, long outputs) {
        if (targets == null) {
            throw new IllegalArgumentException(
                    loss.type() + " needs target values; the samples have none");
        }
        if (targetsPerSample() != outputs) {
            throw new IllegalArgumentException(targetsPerSample()
                    + " target values a sample, but the network has " + outputs + " outputs");
        }
        int wrong = loss.firstRefused(targets);
        if (wrong >= 0) {
            throw new IllegalArgumentException("target value " + wrong % outputs + " of sample "
                    + wrong / outputs + " is " + targets[wrong] + "; " + loss.type()
                    + " needs values from 0 to 1");
        }
    }

    /** {@return what the summed losses of all samples are divided by for their mean} */
    double divisor(Loss loss, int outputs) {
        if (!loss.takesLabels()) {
            return (double) size * outputs;
        }
        double sum = 0.0;
        for (int label : labels) {
            sum += loss.divisor(label);
        }
        return sum;
    }

    /** {@return how many samples have a label that the loss does not ignore; all for target values} */
    int counting(Loss loss) {
        int ignored = 0;
        for (int i = 0; labels != null && i < size; i++) {
            ignored += loss.ignores(labels[i]) ? 1 : 0;
        }
        return size - ignored;
    }
}
