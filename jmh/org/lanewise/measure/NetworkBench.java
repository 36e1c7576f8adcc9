package org.lanewise.measure;

import org.lanewise.spec.Network;
import org.lanewise.spec.NetworkBuilder;
import org.lanewise.spec.Window;
import org.openjdk.jmh.annotations.Param;

/** Forward passes and training steps of networks, on every backend. */
public class NetworkBench extends PassesBench {
    /** A network and its batch. */
    public enum Problem implements Measured {
        /** The smallest: what a call costs. */
        SEED_3X3(1, Network.input(1, 3, 3).conv2d(1, 3).relu().flatten().linear(2)),
        /** Handwritten digits. */
        DIGITS_8X8(32, Network.input(1, 8, 8).conv2d(8, 3).relu().flatten().linear(10)),
        /** LeNet-5. */
        LENET_5(16, Network.input(1, 28, 28).conv2d(6, Window.of(5).padding(2)).relu()
                .maxPool2d(2).conv2d(16, 5).relu().maxPool2d(2).flatten().linear(120).relu()
                .linear(84).relu().linear(10));

        private final int batch;
        private final Network network;

        Problem(int batch, NetworkBuilder layers) {
            this.batch = batch;
            this.network = layers.softmaxCrossEntropy();
        }

        @Override
        public NetworkPasses passes(Execution execution) {
            return Passes.of(network, batch, execution);
        }
    }

    /** The network. */
    @Param
    public Problem problem;

    @Override
    Measured problem() {
        return problem;
    }
}
