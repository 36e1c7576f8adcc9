package org.lanewise.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;

/**
 * Reads what samples should give from a column: a class, a number, or as many numbers as the network has outputs.
 *
 * @param name of the column
 * @param labels whether it holds classes
 * @param outputs of the network
 */
record TargetColumn(String name, boolean labels, int outputs) implements Serializable {
    /**
     * The column of a data set.
     *
     * @throws IllegalArgumentException if there is none, or targets cannot be read from it
     */
    static TargetColumn of(StructType schema, String name, Network network) {
        DataType type = Columns.type(schema, name);
        boolean labels = network.loss().takesLabels();
        int outputs = (int) network.output().size();
        boolean list = type.equals(SQLDataTypes.VectorType())
                || type instanceof ArrayType array && array.elementType() instanceof NumericType;
        if (!(type instanceof NumericType) && (labels || !list)) {
            throw new IllegalArgumentException("column " + name + " is " + type.simpleString()
                    + "; " + network.loss().type() + " takes " + (labels
                            ? "classes from a column of numbers"
                            : "values from a column of numbers, vectors or arrays"));
        }
        return new TargetColumn(name, labels, outputs);
    }

    /**
     * {@return a sample with its answer}
     *
     * @param loss says which classes are ignored
     * @param place of the row, for messages
     */
    RowSample read(Row row, int index, RowSample sample, Loss loss, String place) {
        if (row.isNullAt(index)) {
            throw new IllegalArgumentException(place + ": column " + name + " is null");
        }
        return labels
                ? new RowSample(sample.pixels(), sample.numbers(), label(row, index, loss, place),
                        null)
                : new RowSample(sample.pixels(), sample.numbers(), 0,
                        values(row, index, loss, place));
    }

    private int label(Row row, int index, Loss loss, String place) {
        double value = ((Number) row.get(index)).doubleValue();
        int label = (int) value;
        if (label != value || (label < 0 || label >= outputs) && !loss.ignores(label)) {
            throw new IllegalArgumentException(place + ": column " + name + " has the class "
                    + value + "; the network has " + outputs + " classes, 0 to "
                    + (outputs - 1));
        }
        return label;
    }

    private double[] values(Row row, int index, Loss loss, String place) {
        double[] values = switch (row.get(index)) {
            case Number number -> new double[] {number.doubleValue()};
            case Vector vector -> vector.toArray();
            default -> {
                List<? extends Number> list = row.getList(index);
                yield list.stream().mapToDouble(
                        value -> value == null ? Double.NaN : value.doubleValue()).toArray();
            }
        };
        if (values.length != outputs) {
            throw new IllegalArgumentException(place + ": column " + name + " has "
                    + values.length + " values; the network has " + outputs + " outputs");
        }
        for (double value : values) {
            if (!loss.accepts(value)) {
                throw new IllegalArgumentException(place + ": column " + name + " has the value "
                        + value + "; " + loss.type() + " needs " + loss.accepted());
            }
        }
        return values;
    }
}
