package org.lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.spec.LayerDescription;
import org.lanewise.spec.Network;

/** The layers of a network, and for each output which layers read it. */
final class Graph {
    /** The position of the network's input among what layers read. */
    static final int INPUT = LayerDescription.NETWORK_INPUT;

    private final Network network;
    private final List<LayerDescription> layers;
    private final List<List<Reader>> readers = new ArrayList<>();

    Graph(Network network) {
        this.network = network;
        this.layers = network.describe();
        for (int i = INPUT; i < layers.size(); i++) {
            readers.add(new ArrayList<>());
        }
        for (LayerDescription layer : layers.reversed()) {
            for (int i = 0; i < layer.sources().size(); i++) {
                readers.get(layer.sources().get(i) - INPUT).add(new Reader(layer.index(), i));
            }
        }
    }

    /**
     * One input of a layer.
     *
     * @param layer position of the layer
     * @param input which of its inputs, from 0
     */
    record Reader(int layer, int input) {}

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
     * What reads the output of a layer, or the network's input: the last layer first, and of one layer
     * its first input first. This is the order of a backward pass.
     */
    List<Reader> readers(int index) {
        return readers.get(index - INPUT);
    }

    /** The only layer that reads an output, where no other does; else -1. */
    int onlyReader(int index) {
        return readers(index).size() == 1 ? readers(index).getFirst().layer() : INPUT;
    }
}
