package org.lanewise.cli.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.lanewise.Parameters;
import org.lanewise.Samples;
import org.lanewise.data.DataSet;
import org.lanewise.spec.Normalization;

/** Digests by which two machines compare data and weights. Numbers are float64, little-endian. */
public final class Sha256 {
    private final MessageDigest digest;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    private Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The digest of all arrays in their order. */
    public static String of(Parameters parameters) {
        Sha256 sha = new Sha256();
        parameters.list().forEach(parameter -> sha.add(parameter.values()));
        return sha.hex();
    }

    /**
     * The digest of all training samples, then all test samples: inputs before normalization, then the
     * label or the targets.
     */
    public static String of(DataSet set) {
        Sha256 sha = new Sha256();
        sha.add(set.train());
        set.test().ifPresent(sha::add);
        return sha.hex();
    }

    private void add(Samples given) {
        Samples samples = given.normalize(Normalization.NONE);
        double[] input = new double[(int) samples.shape().size()];
        double[] answer = new double[samples.hasLabels() ? 1 : samples.targetsPerSample()];
        for (int sample = 0; sample < samples.size(); sample++) {
            samples.copyInput(sample, input, 0);
            add(input);
            if (samples.hasLabels()) {
                answer[0] = samples.label(sample);
            } else {
                samples.copyTargets(sample, answer, 0);
            }
            add(answer);
        }
    }

    private void add(double[] values) {
        int size = Math.multiplyExact(values.length, Double.BYTES);
        if (bytes.capacity() < size) {
            bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }
        bytes.clear().asDoubleBuffer().put(values);
        digest.update(bytes.limit(size));
    }

    private String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
