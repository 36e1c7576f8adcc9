package org.lanewise.spark;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.TaskContext;
import org.apache.spark.ml.linalg.Vectors;
import org.lanewise.Model;
import org.lanewise.Samples;
import org.lanewise.spec.Shape;

/** Rows with what a model predicts of them, computed in batches as they are read. */
final class PredictedRows implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final FeatureColumn features;
    private final Model model;
    private final RowNormalization normalization;
    private final boolean classifies;
    private final Deque<Row> ready = new ArrayDeque<>();
    private final int most;
    /** The rows that are computed together, and their inputs: bytes or numbers. */
    private final Row[] batch;
    private byte[] pixels;
    private double[] numbers;
    private long number;

    /**
     * Predicts rows.
     *
     * @param classifies whether probabilities and a class are added, or values
     */
    PredictedRows(Iterator<Row> rows, FeatureColumn features, Model model,
            RowNormalization normalization, boolean classifies) {
        this.rows = rows;
        this.features = features;
        this.model = model;
        this.normalization = normalization;
        this.classifies = classifies;
        this.most = Prediction.batch(model.network());
        this.batch = new Row[most];
    }

    @Override
    public boolean hasNext() {
        if (!ready.isEmpty()) {
            return true;
        }
        if (rows.hasNext()) {
            predict();
            return true;
        }
        return false;
    }

    @Override
    public Row next() {
        hasNext();
        return ready.pop();
    }

    private void predict() {
        int count = 0;
        while (rows.hasNext() && count < most) {
            Row row = rows.next();
            batch[count] = row;
            copy(features.read(row, row.fieldIndex(features.name()),
                    "row " + number++ + " of partition " + TaskContext.getPartitionId()), count);
            count++;
        }
        Samples inputs = inputs(count);
        double[] outputs = classifies ? model.probabilities(inputs) : model.outputs(inputs);
        int width = outputs.length / count;
        for (int i = 0; i < count; i++) {
            double[] values = Arrays.copyOfRange(outputs, i * width, (i + 1) * width);
            ready.add(classifies
                    ? with(batch[i], Vectors.dense(values), (double) largest(values))
                    : with(batch[i], width == 1 ? values[0] : Vectors.dense(values)));
        }
    }

    /** Copies an input to its place in the batch, which has bytes where the first one has. */
    private void copy(RowSample sample, int place) {
        int each = (int) features.shape().size();
        if (pixels == null && numbers == null) {
            pixels = sample.pixels() == null ? null : new byte[most * each];
            numbers = sample.pixels() == null ? new double[most * each] : null;
        }
        System.arraycopy(pixels == null ? sample.numbers() : sample.pixels(), 0,
                pixels == null ? numbers : pixels, place * each, each);
    }

    private Samples inputs(int count) {
        Shape shape = features.shape();
        int length = count * (int) shape.size();
        Samples inputs = pixels != null
                ? Samples.unlabelled(shape,
                        length == pixels.length ? pixels : Arrays.copyOf(pixels, length))
                : Samples.unlabelled(shape,
                        length == numbers.length ? numbers : Arrays.copyOf(numbers, length));
        return normalization == null ? inputs : normalization.of(inputs);
    }

    private static int largest(double[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            largest = values[i] > values[largest] ? i : largest;
        }
        return largest;
    }

    private static Row with(Row row, Object... added) {
        Object[] values = new Object[row.length() + added.length];
        for (int i = 0; i < row.length(); i++) {
            values[i] = row.get(i);
        }
        System.arraycopy(added, 0, values, row.length(), added.length);
        return RowFactory.create(values);
    }
}
