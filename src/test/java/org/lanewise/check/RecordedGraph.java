package org.lanewise.check;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.lanewise.Parameters;
import org.lanewise.codec.Field;
import org.lanewise.codec.JsonFields;
import org.lanewise.codec.JsonValue;
import org.lanewise.codec.Kind;
import org.lanewise.codec.NetworkDocument;
import org.lanewise.io.ArrayShape;
import org.lanewise.io.ElementType;
import org.lanewise.io.NetworkJson;
import org.lanewise.io.NpzFile;
import org.lanewise.io.NumericArray;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.lanewise.spec.ParameterSpec;
import org.lanewise.spec.Shape;

/**
 * A random network and its numbers in a folder, for {@code random_graphs.py}.
 *
 * <p>{@code graph.json} is an object of {@code name}, {@code capacity}, {@code gradient_norm},
 * {@code optimizer} and {@code network}; {@code data.npz} has {@code initial.<parameter>},
 * {@code step1.inputs} and {@code step1.labels} or {@code step1.targets}, and so for every step.
 *
 * @param drawn the network and its training
 * @param data the numbers that it starts from
 */
record RecordedGraph(NetworkCase drawn, CaseData data) {
    private static final String INITIAL = "initial.";
    private static final Field<String> NAME = Field.of("name", Kind.TEXT);
    private static final Field<Integer> CAPACITY = Field.of("capacity", Kind.INTEGER);
    private static final Field<OptionalDouble> GRADIENT_NORM = Field.of("gradient_norm",
            Kind.NUMBER_OR_NULL);
    private static final Field<String> TYPE = Field.of("type", Kind.TEXT);

    /** The beginning of the names of a step's arrays. */
    static String prefix(int step) {
        return "step" + (step + 1) + ".";
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        SequencedMap<String, JsonValue> head = new LinkedHashMap<>();
        head.put(NAME.name(), NAME.kind().write().apply(drawn.name()));
        head.put(CAPACITY.name(), CAPACITY.kind().write().apply(drawn.capacity()));
        head.put(GRADIENT_NORM.name(), GRADIENT_NORM.kind().write()
                .apply(drawn.gradientNorm() < Double.POSITIVE_INFINITY
                        ? OptionalDouble.of(drawn.gradientNorm())
                        : OptionalDouble.empty()));
        head.put("optimizer", json(drawn.optimizer()));
        String text = new JsonValue.Members(head).spaced();
        Files.writeString(folder.resolve("graph.json"), text.substring(0, text.length() - 1)
                + ",\n\"network\": " + NetworkJson.write(drawn.network()) + "}\n");
        SequencedMap<String, NumericArray.Doubles> arrays = new LinkedHashMap<>();
        for (Parameters.Parameter parameter : data.initial().list()) {
            arrays.put(INITIAL + parameter.spec().name(), new NumericArray.Doubles(
                    ElementType.FLOAT64, new ArrayShape(parameter.spec().shape()),
                    parameter.values()));
        }
        for (int step = 0; step < data.batches().size(); step++) {
            CaseData.Batch batch = data.batches().get(step);
            arrays.put(prefix(step) + "inputs", rows(batch.samples(), batch.inputs(),
                    drawn.network().input()));
            if (batch.labels() != null) {
                arrays.put(prefix(step) + "labels", new NumericArray.Doubles(ElementType.FLOAT64,
                        ArrayShape.of(batch.samples()),
                        Arrays.stream(batch.labels()).asDoubleStream().toArray()));
            } else {
                arrays.put(prefix(step) + "targets", rows(batch.samples(), batch.targets(),
                        new Shape.Flat((int) drawn.network().output().size())));
            }
        }
        NpzFile.write(folder.resolve("data.npz"), arrays);
    }

    private static NumericArray.Doubles rows(int samples, double[] values, Shape shape) {
        ArrayShape sizes = switch (shape) {
            case Shape.Image image -> ArrayShape.of(samples, image.channels(), image.height(),
                    image.width());
            case Shape.Flat flat -> ArrayShape.of(samples, flat.features());
        };
        return new NumericArray.Doubles(ElementType.FLOAT64, sizes, values);
    }

    /** The type and the components of the record. */
    private static JsonValue json(Optimizer optimizer) {
        SequencedMap<String, JsonValue> fields = new LinkedHashMap<>();
        fields.put(TYPE.name(), TYPE.kind().write().apply(optimizer.type()));
        for (RecordComponent component : optimizer.getClass().getRecordComponents()) {
            try {
                Object value = component.getAccessor().invoke(optimizer);
                fields.put(component.getName(), value instanceof Boolean flag
                        ? new JsonValue.Bool(flag)
                        : new JsonValue.Num(value.toString()));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
        return new JsonValue.Members(fields);
    }

    private static Optimizer optimizer(JsonFields fields) {
        String type = fields.value(TYPE);
        Class<?> rule = Arrays.stream(Optimizer.class.getPermittedSubclasses())
                .filter(one -> one.getSimpleName().toLowerCase(Locale.ROOT).equals(type))
                .findFirst().orElseThrow();
        RecordComponent[] components = rule.getRecordComponents();
        Object[] values = Arrays.stream(components)
                .<Object>map(component -> component.getType() == boolean.class
                        ? fields.value(Field.of(component.getName(), Kind.BOOL))
                        : fields.value(Field.of(component.getName(), Kind.NUMBER)))
                .toArray();
        fields.requireNothingElse();
        try {
            return (Optimizer) rule.getDeclaredConstructor(Arrays.stream(components)
                    .map(RecordComponent::getType).toArray(Class<?>[]::new)).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static RecordedGraph read(Path folder) throws IOException {
        Path file = folder.resolve("graph.json");
        JsonFields fields = JsonFields.parse(file.toString(), Files.readString(file));
        Network network = NetworkDocument.read(fields.child("network")).network();
        CaseData data = data(network, folder.resolve("data.npz"));
        return new RecordedGraph(new NetworkCase(fields.value(NAME), network,
                fields.value(CAPACITY),
                data.batches().stream().map(CaseData.Batch::samples).toList(),
                optimizer(fields.child("optimizer")),
                fields.value(GRADIENT_NORM).orElse(Double.POSITIVE_INFINITY),
                Precision.DOUBLE, 0), data);
    }

    private static CaseData data(Network network, Path file) throws IOException {
        SequencedMap<String, double[]> arrays = arrays(file);
        List<Parameters.Parameter> initial = new ArrayList<>();
        for (ParameterSpec spec : network.parameters()) {
            initial.add(new Parameters.Parameter(spec, arrays.get(INITIAL + spec.name())));
        }
        List<CaseData.Batch> batches = new ArrayList<>();
        for (int step = 0; arrays.containsKey(prefix(step) + "inputs"); step++) {
            double[] inputs = arrays.get(prefix(step) + "inputs");
            double[] labels = arrays.get(prefix(step) + "labels");
            batches.add(new CaseData.Batch((int) (inputs.length / network.input().size()), inputs,
                    labels == null
                            ? null
                            : Arrays.stream(labels).mapToInt(label -> (int) label).toArray(),
                    arrays.get(prefix(step) + "targets")));
        }
        return new CaseData(new Parameters(initial), batches);
    }

    /** All arrays of a file by their names, row-major. */
    static SequencedMap<String, double[]> arrays(Path file) throws IOException {
        SequencedMap<String, double[]> arrays = new LinkedHashMap<>();
        try (NpzFile npz = NpzFile.open(file)) {
            for (String name : npz.names()) {
                NumericArray array = npz.read(name);
                arrays.put(name, IntStream.range(0, array.shape().size())
                        .mapToDouble(array::value).toArray());
            }
        }
        return arrays;
    }
}
