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
    private final List<List<Integer>> readers = new ArrayList<>();

    Graph(Network network) {
        this.network = network;
        this.layers = network.describe();
        for (int i = INPUT; i < layers.size(); i++) {
            readers.add(new ArrayList<>());
        }
        for (LayerDescription layer : layers.reversed()) {
            layer.sources().forEach(source -> readers.get(source - INPUT).add(layer.index()));
        }
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
