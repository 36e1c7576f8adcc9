package org.lanewise.measure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.spec.Conv2d;
import org.lanewise.spec.Join;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Linear;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Precision;
import org.lanewise.spec.Shape;

/**
 * The bytes that the passes of a step would read and write if all layers but convolutions, dense layers, additions and
 * concatenations were computed together with these.
 *
 * <p>Then one map is stored for each of these, and one for the network's input: the smallest of its output and those of
 * the layers after it, as far as each is the only one that reads the one before. A layer reads that map, or a smaller
 * one on the way to it. A forward pass reads the maps of the layer's sources and writes its own; the gradient with
 * respect to weights reads the map of its source and the gradient with respect to its own; the gradient with respect to the
 * input reads the latter and writes that with respect to the former. The gradient of an addition or a concatenation
 * is that of its terms, and nothing is read for the derivatives of other layers.
 */
final class MinimumTraffic {
    private static final int INPUT = LayerDescription.NETWORK_INPUT;

    private final long input;
    private final int elementBytes;
    private final List<LayerDescription> layers;
    private final List<List<LayerDescription>> readers = new ArrayList<>();

    MinimumTraffic(Network network, Precision precision) {
        this.input = network.input().size();
        this.elementBytes = precision.bytes();
        this.layers = network.describe();
        for (int i = INPUT; i < layers.size(); i++) {
            int source = i;
            readers.add(layers.stream().filter(layer -> layer.sources().contains(source)).toList());
        }
    }

    /**
     * {@return the bytes of a pass of one layer}
     *
     * @param layer of the network
     * @param pass one of those of a layer
     * @param samples of the batch
     */
    long bytes(LayerDescription layer, Pass pass, int samples) {
        long maps = 0;
        if (stores(layer)) {
            Map<Integer, Long> sources = new HashMap<>();
            layer.sources().forEach(source -> read(source, sources));
            maps = pass == Pass.BACKWARD_INPUT && layer.layer() instanceof Join
                    ? 0
                    : stored(layer.index())
                            + sources.values().stream().mapToLong(size -> size).sum();
        }
        return elementBytes * (samples * maps + layer.learned().stream()
                .filter(spec -> pass != Pass.BACKWARD_INPUT || spec.name().endsWith(".weight"))
                .mapToLong(ParameterSpec::size).sum());
    }

    /** Whether a layer has a map of its own. */
    private static boolean stores(LayerDescription layer) {
        return switch (layer.layer()) {
            case Conv2d _,Linear _,Join _ -> true;
            default -> false;
        };
    }

    /** Notes what a layer reads of one source, under the layer, or the network's input, that stores it. */
    private void read(int source, Map<Integer, Long> sizes) {
        long smallest = Long.MAX_VALUE;
        int writer = source;
        while (writer != INPUT && !stores(layers.get(writer))) {
            smallest = Math.min(smallest, layers.get(writer).output().size());
            writer = layers.get(writer).source();
        }
        sizes.merge(writer, Math.min(smallest, stored(writer)), Math::min);
    }

    /** Elements of a sample of the map that is stored for a layer, or for the network's input. */
    private long stored(int writer) {
        long smallest = writer == INPUT ? input : layers.get(writer).output().size();
        int last = writer;
        while (readers.get(last - INPUT).size() == 1
                && !stores(readers.get(last - INPUT).getFirst())) {
            LayerDescription next = readers.get(last - INPUT).getFirst();
            smallest = Math.min(smallest, next.output().size());
            last = next.index();
        }
        return smallest;
    }
}
