package org.lanewise;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of samples and of parameters. */
final class Sha256 {
    /** Doubles that are digested at once: one at a time takes three times as long. */
    private static final int CHUNK = 1024;

    private Sha256() {}

    static String of(Samples samples, Answers answers) {
        MessageDigest digest = digest();
        digest.update(samples.shape().toString().getBytes(StandardCharsets.US_ASCII));
        int each = (int) samples.shape().size();
        byte[] bytes = new byte[each];
        double[] values = new double[each];
        for (int i = 0; i < samples.size(); i++) {
            if (samples.readsBytes()) {
                samples.copyBytes(i, bytes);
                digest.update(bytes);
            } else {
                samples.copyPlain(i, values, 0);
                update(digest, values);
            }
        }
        if (answers.labels() != null) {
            ByteBuffer labels = ByteBuffer.allocate(Integer.BYTES * answers.size());
            labels.asIntBuffer().put(answers.labels());
            digest.update(labels);
        }
        if (answers.targets() != null) {
            update(digest, answers.targets());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(Parameters parameters) {
        MessageDigest digest = digest();
        parameters.list().forEach(parameter -> update(digest, parameter.values()));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, double[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * Math.min(CHUNK, values.length));
        for (int start = 0; start < values.length; start += CHUNK) {
            int count = Math.min(CHUNK, values.length - start);
            bytes.clear().limit(Double.BYTES * count).slice().asDoubleBuffer()
                    .put(values, start, count);
            digest.update(bytes);
        }
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // Every Java has it.
            throw new IllegalStateException(e);
        }
    }
}
