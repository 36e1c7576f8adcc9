package org.lanewise.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.Backend;
import org.lanewise.Model;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.TrainingOptions;
import org.lanewise.io.NetworkJson;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Precision;

/**
 * A network with its parameters, as executors and files get it.
 *
 * @param network as JSON
 * @param precision that it computes in
 * @param parameters all numbers in the order of the network, doubles or floats, big-endian
 * @param normalization of inputs; null for none
 */
record Prediction(String network, String precision, byte[] parameters,
        RowNormalization normalization) implements Serializable {
    private static final int MOST_ROWS = 256;
    /** Of the maps of a batch: more rows gain little, and a task may have no more memory than this several times. */
    private static final int MAP_ELEMENTS = 4 << 20;

    static Prediction of(Network network, Parameters parameters, TrainingOptions options,
            RowNormalization normalization) {
        Precision precision = options.precision();
        long count = parameters.list().stream().mapToLong(one -> one.values().length).sum();
        ByteBuffer bytes = ByteBuffer
                .allocate(Math.toIntExact(Math.multiplyExact(count, precision.bytes())));
        for (Parameter parameter : parameters.list()) {
            for (double value : parameter.values()) {
                if (precision == Precision.SINGLE) {
                    bytes.putFloat((float) value);
                } else {
                    bytes.putDouble(value);
                }
            }
        }
        return new Prediction(NetworkJson.write(network), precision.toString(), bytes.array(),
                normalization);
    }

    Network parsedNetwork() {
        return NetworkJson.read(network);
    }

    /** {@return the parameters by their names} */
    Parameters parsedParameters() {
        Precision read = Precision.of(precision);
        ByteBuffer bytes = ByteBuffer.wrap(parameters);
        List<Parameter> list = new ArrayList<>();
        for (ParameterSpec spec : parsedNetwork().parameters()) {
            double[] values = new double[(int) spec.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = read == Precision.SINGLE ? bytes.getFloat() : bytes.getDouble();
            }
            list.add(new Parameter(spec, values, read));
        }
        return new Parameters(list);
    }

    /** {@return how many rows a model of a network computes together} */
    static int batch(Network network) {
        long maps = network.describe().stream().mapToLong(layer -> layer.output().size()).sum();
        return (int) Math.clamp(MAP_ELEMENTS / maps, 1, MOST_ROWS);
    }

    /** {@return a model, which serves one thread at a time; in a task, with as many threads as that has cores} */
    Model model() {
        Network parsed = parsedNetwork();
        int threads = Pool.threads();
        Model model = threads == 1
                ? new Model(parsed, parsedParameters(), batch(parsed))
                : new Model(parsed, parsedParameters(), batch(parsed), Backend.AUTO,
                        new ForkJoinPool(threads));
        return model.precision(Precision.of(precision));
    }
}
