package org.lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.spec.Dropout;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Network;

/**
 * The layers of a network, and for each output which layers read it. In inference, dropout computes nothing:
 * a layer that reads its output reads that of the layer before it.
 */
final class Graph {
    /** The position of the network's input among what layers read. */
    static final int INPUT = LayerDescription.NETWORK_INPUT;

    private final Network network;
    private final boolean inference;
    private final List<LayerDescription> layers;
    private final List<List<Integer>> readers = new ArrayList<>();

    Graph(Network network, boolean inference) {
        this.network = network;
        this.inference = inference;
        this.layers = network.describe();
        for (int i = INPUT; i < layers.size(); i++) {
            readers.add(new ArrayList<>());
        }
        for (LayerDescription layer : layers.reversed()) {
            if (!skips(layer.index())) {
                layer.sources().forEach(
                        source -> readers.get(computed(source) - INPUT).add(layer.index()));
            }
        }
    }

    /** Whether a layer computes nothing: its output is that of the layer before it. */
    boolean skips(int index) {
        return inference && layers.get(index).layer() instanceof Dropout;
    }

    /** The layer that computes an output: the layer itself, or the last before it that is not skipped. */
    private int computed(int index) {
        int layer = index;
        while (layer != INPUT && skips(layer)) {
            layer = layers.get(layer).source();
        }
        return layer;
    }

    /** The layer that computes the first input of a layer; {@link #INPUT} for the network's input. */
    int source(int index) {
        return computed(layers.get(index).source());
    }

    Network network() {
        return network;
    }

    List<LayerDescription> layers() {
        return layers;
    }

    LayerDescription layer(int index) {
        return layers.get(index);
    }

    /**
     * The layers that read the output of a layer, or the network's input, the last first: the order of a
     * backward pass. One that reads it several times is listed as often.
     */
    List<Integer> readers(int index) {
        return readers.get(index - INPUT);
    }

    /** The only layer that reads an output, where no other does; else -1. */
    int onlyReader(int index) {
        return readers(index).size() == 1 ? readers(index).getFirst() : INPUT;
    }
}
