package org.lanewise.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.ParameterSpec;

/** Allocates every array of a plan, by layer, kind and name, or only counts them. */
final class Workspace {
    private final boolean counting;
    private final int threads;
    private final int computing;
    private final List<ParameterBuffer> shared;
    /** Arrays into which nothing is folded, where others of their names are computed with. */
    private final List<ParameterBuffer> originals;
    private final List<MemoryUse> uses = new ArrayList<>();
    private final Map<String, Shared> ofAllLayers = new HashMap<>();

    /**
     * An array that layers share.
     *
     * @param count its elements, which are not allocated where they are only counted
     */
    private record Shared(long count, double[] array) {}

    /**
     * Opens an empty workspace.
     *
     * @param counting whether to note sizes and hand out empty arrays
     * @param threads how many threads work is cut for
     * @param computing how many of them compute; the others get the arrays of the first
     */
    Workspace(boolean counting, int threads, int computing) {
        this(counting, threads, computing, List.of(), List.of());
    }

    /**
     * Opens a workspace whose parameters are arrays of another plan.
     *
     * @param shared the parameters that a plan for the same network computes with
     * @param originals the parameters of that network
     * @param threads how many threads compute at once
     */
    Workspace(List<ParameterBuffer> shared, List<ParameterBuffer> originals, int threads) {
        this(false, threads, threads, shared, originals);
    }

    private Workspace(boolean counting, int threads, int computing,
            List<ParameterBuffer> shared, List<ParameterBuffer> originals) {
        this.counting = counting;
        this.threads = threads;
        this.computing = computing;
        this.shared = shared;
        this.originals = originals;
    }

    /** {@return the array of one parameter: that of another plan, which is not counted, or a new one} */
    double[] parameter(int layer, ParameterSpec spec) {
        return parameter(shared, layer, spec);
    }

    /** {@return the same for an array of the network as it was given, from which others are computed} */
    double[] original(int layer, ParameterSpec spec) {
        return parameter(originals, layer, spec);
    }

    private double[] parameter(List<ParameterBuffer> existing, int layer, ParameterSpec spec) {
        return existing.stream().filter(parameter -> parameter.spec().equals(spec)).findFirst()
                .map(ParameterBuffer::values)
                .orElseGet(() -> doubles(layer, Kind.PARAMETERS, spec.name(), spec.size()));
    }

    double[] doubles(int layer, Kind kind, String name, long count) {
        return new double[book(layer, kind, name, count, Double.BYTES)];
    }

    int[] integers(int layer, Kind kind, String name, long count) {
        return new int[book(layer, kind, name, count, Integer.BYTES)];
    }

    /** Where the kernel of a layer gets the arrays that it works in. */
    Scratchpad scratch(int layer) {
        return new Scratchpad() {
            private final Map<String, double[][]> shared = new HashMap<>();
            /** Elements of each, which are not allocated where they are only counted. */
            private final Map<String, Long> counts = new HashMap<>();

            @Override
            public double[] doubles(String name, long count) {
                return Workspace.this.doubles(layer, Kind.WORK, name, count);
            }

            @Override
            public double[] shared(String name, long count) {
                Shared largest = ofAllLayers.get(name);
                if (largest == null || largest.count() < count) {
                    largest = new Shared(count, Workspace.this.doubles(MemoryUse.WHOLE_NETWORK,
                            Kind.WORK, name, count));
                    ofAllLayers.put(name, largest);
                }
                return largest.array();
            }

            @Override
            public double[][] perThread(String name, long count) {
                if (counts.getOrDefault(name, -1L) >= count) {
                    return shared.get(name);
                }
                counts.put(name, count);
                double[][] arrays = new double[threads][];
                for (int i = 0; i < threads; i++) {
                    arrays[i] = i < computing
                            ? Workspace.this.doubles(layer, Kind.WORK, name, count)
                            : arrays[0];
                }
                shared.put(name, arrays);
                return arrays;
            }

            @Override
            public int threads() {
                return threads;
            }

            @Override
            public int[] integers(String name, int[] values) {
                book(layer, Kind.WORK, name, values.length, Integer.BYTES);
                return values;
            }
        };
    }

    private int book(int layer, Kind kind, String name, long count, int bytes) {
        if (count > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException((layer == MemoryUse.WHOLE_NETWORK
                    ? "the network"
                    : "layer " + layer) + " needs " + count + " elements for its " + name
                    + ", more than one array can hold; a smaller batch size needs fewer");
        }
        uses.add(new MemoryUse(layer, kind, name, count * bytes));
        return counting ? 0 : (int) count;
    }

    List<MemoryUse> uses() {
        return List.copyOf(uses);
    }
}
