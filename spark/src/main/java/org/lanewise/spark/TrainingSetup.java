package org.lanewise.spark;

import java.io.Serializable;
import java.util.concurrent.ForkJoinPool;
import org.lanewise.GradientWorker;
import org.lanewise.TrainingOptions;
import org.lanewise.io.NetworkJson;
import org.lanewise.io.OptionsText;
import org.lanewise.spec.Network;

/**
 * What executors need to compute gradients for a training.
 *
 * @param id differs for each training
 * @param network as JSON
 * @param options as text
 * @param normalization of inputs; null for none
 * @param contract of the driver
 */
record TrainingSetup(String id, String network, String options, RowNormalization normalization,
        String contract) implements Serializable {
    Network parsedNetwork() {
        return NetworkJson.read(network);
    }

    TrainingOptions parsedOptions() {
        return OptionsText.read(options);
    }

    /**
     * {@return a worker of this JVM, with as many threads as its task has cores}
     *
     * @throws IllegalStateException if it would compute other bits than the driver, or needs more memory than there is
     */
    GradientWorker worker() {
        GradientWorker worker;
        try {
            int threads = Pool.threads();
            worker = threads == 1
                    ? new GradientWorker(parsedNetwork(), parsedOptions())
                    : new GradientWorker(parsedNetwork(), parsedOptions(),
                            new ForkJoinPool(threads));
        } catch (OutOfMemoryError e) {
            throw new IllegalStateException("an executor of "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MiB has too little memory for the gradients of "
                    + parsedOptions().batchSize() / parsedOptions().shards()
                    + " samples; raise spark.executor.memory, or divide batches into more shards",
                    e);
        }
        if (!worker.contract().equals(contract)) {
            throw new IllegalStateException("this executor computes other bits than the driver: "
                    + worker.contract() + "; the driver: " + contract
                    + "; use machines whose processors have the same instructions, and one version"
                    + " of Lanewise");
        }
        return worker;
    }
}
