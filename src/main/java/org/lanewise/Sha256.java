package org.lanewise;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of samples and of parameters. */
final class Sha256 {
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
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES);
        for (double value : values) {
            digest.update(bytes.clear().putDouble(value).flip());
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
