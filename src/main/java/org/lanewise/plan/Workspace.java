package org.lanewise.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.kernel.Elements;
import org.lanewise.kernel.Scratchpad;
import org.lanewise.spec.MemoryUse;
import org.lanewise.spec.MemoryUse.Kind;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Precision;

/**
 * Allocates every array of a plan, by layer, kind and name, or only counts them.
 *
 * <p>What several passes work in has the size of the largest request, which is known once a plan was
 * lowered with {@link #sizing}.
 */
final class Workspace {
    private final boolean counting;
    private final Precision precision;
    private final int threads;
    private final int computing;
    private final List<ParameterBuffer> existing;
    /** Arrays into which nothing is folded, where others of their names are computed with. */
    private final List<ParameterBuffer> originals;
    private final List<MemoryUse> uses = new ArrayList<>();
    /** Elements of the largest request for what passes share, by layer and name. */
    private final Map<String, Long> largest;
    /** What passes share, by layer and name: an array, or one for each thread. */
    private final Map<String, Elements[]> shared = new HashMap<>();

    /**
     * Opens an empty workspace.
     *
     * @param counting whether to note sizes and hand out empty arrays
     * @param precision of the elements
     * @param threads how many threads work is cut for
     * @param computing how many of them compute; the others get the arrays of the first
     */
    Workspace(boolean counting, Precision precision, int threads, int computing) {
        this(counting, precision, threads, computing, List.of(), List.of(), new HashMap<>());
    }

    /**
     * Opens a workspace whose parameters are arrays of another plan.
     *
     * @param precision of the elements
     * @param shared the parameters that a plan for the same network computes with
     * @param originals the parameters of that network
     * @param threads how many threads compute at once
     */
    Workspace(Precision precision, List<ParameterBuffer> shared, List<ParameterBuffer> originals,
            int threads) {
        this(false, precision, threads, threads, shared, originals, new HashMap<>());
    }

    private Workspace(boolean counting, Precision precision, int threads, int computing,
            List<ParameterBuffer> existing, List<ParameterBuffer> originals,
            Map<String, Long> largest) {
        this.counting = counting;
        this.precision = precision;
        this.threads = threads;
        this.computing = computing;
        this.existing = existing;
        this.originals = originals;
        this.largest = largest;
    }

    /**
     * {@return a workspace that only counts, for the same requests before this one gets them: it leaves the
     * largest size of what passes share}
     */
    Workspace sizing() {
        return new Workspace(true, precision, threads, computing, existing, originals, largest);
    }

    /** {@return the array of one parameter: that of another plan, which is not counted, or a new one} */
    Elements parameter(int layer, ParameterSpec spec) {
        return parameter(existing, layer, spec);
    }

    /** {@return the same for an array of the network as it was given, from which others are computed} */
    Elements original(int layer, ParameterSpec spec) {
        return parameter(originals, layer, spec);
    }

    private Elements parameter(List<ParameterBuffer> from, int layer, ParameterSpec spec) {
        return from.stream().filter(parameter -> parameter.spec().equals(spec)).findFirst()
                .map(ParameterBuffer::values)
                .orElseGet(() -> spec.counts()
                        ? Elements.of(wide(layer, Kind.PARAMETERS, spec.name(), spec.size()))
                        : elements(layer, Kind.PARAMETERS, spec.name(), spec.size()));
    }

    /** Doubles in either precision: floats would stop to count at 2^24, and long sums lose digits. */
    double[] wide(int layer, Kind kind, String name, long count) {
        return new double[book(layer, kind, name, count, Double.BYTES)];
    }

    Elements elements(int layer, Kind kind, String name, long count) {
        int length = book(layer, kind, name, count, precision.bytes());
        return switch (precision) {
            case DOUBLE -> Elements.of(new double[length]);
            case SINGLE -> Elements.of(new float[length]);
        };
    }

    double[] doubles(int layer, Kind kind, String name, long count) {
        return Elements.doubles(elements(layer, kind, name, count));
    }

    float[] floats(int layer, Kind kind, String name, long count) {
        return Elements.floats(elements(layer, kind, name, count));
    }

    int[] integers(int layer, Kind kind, String name, long count) {
        return new int[book(layer, kind, name, count, Integer.BYTES)];
    }

    /** {@return arrays of the size of the largest request; those beyond the threads that compute are the first} */
    private Elements[] shared(int layer, String name, long count, int number) {
        String key = layer + " " + name;
        long known = largest.getOrDefault(key, -1L);
        if (known < count) {
            // Counted before; only while sizes are found do later requests replace earlier ones.
            largest.put(key, count);
            shared.remove(key);
        }
        return shared.computeIfAbsent(key, _ -> {
            Elements[] arrays = new Elements[number];
            for (int i = 0; i < number; i++) {
                arrays[i] = i < computing
                        ? elements(layer, Kind.WORK, name, Math.max(known, count))
                        : arrays[0];
            }
            return arrays;
        });
    }

    /** Where the kernel of a layer gets the arrays that it works in. */
    Scratchpad scratch(int layer) {
        return new Scratchpad() {
            @Override
            public Elements elements(String name, long count) {
                return Workspace.this.elements(layer, Kind.WORK, name, count);
            }

            @Override
            public double[] wide(String name, long count) {
                return Workspace.this.wide(layer, Kind.WORK, name, count);
            }

            @Override
            public Elements shared(String name, long count) {
                return Workspace.this.shared(MemoryUse.WHOLE_NETWORK, name, count, 1)[0];
            }

            @Override
            public Elements[] perThread(String name, long count) {
                return Workspace.this.shared(layer, name, count, threads);
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
        if (count > 0) {
            uses.add(new MemoryUse(layer, kind, name, count * bytes));
        }
        return counting ? 0 : (int) count;
    }

    List<MemoryUse> uses() {
        return List.copyOf(uses);
    }
}
