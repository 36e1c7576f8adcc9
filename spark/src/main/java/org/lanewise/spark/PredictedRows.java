package org.lanewise.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
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
        List<Row> batch = new ArrayList<>();
        List<RowSample> samples = new ArrayList<>();
        while (rows.hasNext() && batch.size() < most) {
            Row row = rows.next();
            batch.add(row);
            samples.add(features.read(row, row.fieldIndex(features.name()),
                    "row " + number++ + " of partition " + TaskContext.getPartitionId()));
        }
        Samples inputs = inputs(samples);
        double[] outputs = classifies ? model.probabilities(inputs) : model.outputs(inputs);
        int width = outputs.length / batch.size();
        for (int i = 0; i < batch.size(); i++) {
            double[] values = Arrays.copyOfRange(outputs, i * width, (i + 1) * width);
            ready.add(classifies
                    ? with(batch.get(i), Vectors.dense(values), (double) largest(values))
                    : with(batch.get(i), width == 1 ? values[0] : Vectors.dense(values)));
        }
    }

    private Samples inputs(List<RowSample> samples) {
        Shape shape = features.shape();
        int each = (int) shape.size();
        boolean bytes = samples.getFirst().pixels() != null;
        byte[] pixels = new byte[bytes ? samples.size() * each : 0];
        double[] numbers = new double[bytes ? 0 : samples.size() * each];
        for (int i = 0; i < samples.size(); i++) {
            System.arraycopy(bytes ? samples.get(i).pixels() : samples.get(i).numbers(), 0,
                    bytes ? pixels : numbers, i * each, each);
        }
        Samples inputs = bytes
                ? Samples.unlabelled(shape, pixels)
                : Samples.unlabelled(shape, numbers);
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
