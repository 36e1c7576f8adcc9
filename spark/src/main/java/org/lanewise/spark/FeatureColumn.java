package org.lanewise.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructType;
import org.lanewise.data.Images;
import org.lanewise.data.OtherSize;
import org.lanewise.spec.Shape;

/**
 * Reads inputs of a network from a column: vectors, arrays of numbers, encoded images, or Spark's image structs.
 *
 * @param name of the column
 * @param kind what it holds
 * @param shape of an input
 */
record FeatureColumn(String name, Kind kind, Shape shape) implements Serializable {
    /** What a column holds. */
    enum Kind {
        VECTOR,
        ARRAY,
        /** A PNG or JPEG file. */
        ENCODED_IMAGE,
        /** A row of Spark's image source, whose bytes are blue, green and red of each pixel. */
        IMAGE
    }

    /** Fields of an image struct. */
    private static final List<String> IMAGE_FIELDS = List.of("origin", "height", "width",
            "nChannels", "mode", "data");

    /**
     * The column of a data set.
     *
     * @throws IllegalArgumentException if there is none, or inputs cannot be read from it
     */
    static FeatureColumn of(StructType schema, String name, Shape shape) {
        return new FeatureColumn(name, kind(Columns.type(schema, name), name, shape), shape);
    }

    private static Kind kind(DataType type, String name, Shape shape) {
        boolean images = shape instanceof Shape.Image;
        if (type.equals(SQLDataTypes.VectorType())) {
            return Kind.VECTOR;
        }
        if (type instanceof ArrayType array && (array.elementType() instanceof DoubleType
                || array.elementType() instanceof FloatType)) {
            return Kind.ARRAY;
        }
        if (type instanceof BinaryType && images) {
            return Kind.ENCODED_IMAGE;
        }
        if (type instanceof StructType struct && images
                && List.of(struct.fieldNames()).equals(IMAGE_FIELDS)) {
            return Kind.IMAGE;
        }
        throw new IllegalArgumentException("column " + name + " is " + type.simpleString()
                + "; inputs of " + shape + " come from a vector, an array of double or float"
                + (images ? ", the bytes of PNG or JPEG files, or Spark's image struct" : ""));
    }

    /**
     * {@return a sample without an answer}
     *
     * @param row that has the column
     * @param index of the column
     * @param place of the row, for messages
     */
    RowSample read(Row row, int index, String place) {
        if (row.isNullAt(index)) {
            throw fault(place, "is null");
        }
        return switch (kind) {
            case VECTOR -> numbers(((Vector) row.get(index)).toArray(), place);
            case ARRAY -> numbers(array(row.getList(index), place), place);
            case ENCODED_IMAGE -> encoded(row.getAs(index), place);
            case IMAGE -> image(row.getStruct(index), place);
        };
    }

    private IllegalArgumentException fault(String place, String problem) {
        return new IllegalArgumentException(place + ": column " + name + " " + problem);
    }

    private RowSample numbers(double[] values, String place) {
        if (values.length != shape.size()) {
            throw fault(place, "has " + values.length + " values; inputs of " + shape + " have "
                    + shape.size());
        }
        return new RowSample(null, values, 0, null);
    }

    private double[] array(List<? extends Number> list, String place) {
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            if (list.get(i) == null) {
                throw fault(place, "is null at " + i);
            }
            values[i] = list.get(i).doubleValue();
        }
        return values;
    }

    private RowSample encoded(byte[] content, String place) {
        try {
            return new RowSample(Images.decode(Path.of("image"), content, (Shape.Image) shape,
                    OtherSize.REFUSE), null, 0, null);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    place + ": column " + name + ": " + e.getMessage(), e);
        }
    }

    private RowSample image(Row image, String place) {
        Shape.Image wanted = (Shape.Image) shape;
        int height = image.getInt(1);
        int width = image.getInt(2);
        int channels = image.getInt(3);
        if (height != wanted.height() || width != wanted.width()
                || channels != wanted.channels() || channels != 1 && channels != 3) {
            throw fault(place, "is an image of " + channels + "x" + height + "x" + width
                    + " (channels, height, width); expected " + shape);
        }
        byte[] data = image.getAs(5);
        if (data == null || data.length != shape.size()) {
            throw fault(place, "has " + (data == null ? "no" : data.length)
                    + " bytes of pixels; expected " + shape.size());
        }
        if (channels == 1) {
            return new RowSample(data, null, 0, null);
        }
        byte[] maps = new byte[data.length];
        int area = height * width;
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < area; i++) {
                maps[c * area + i] = data[i * channels + channels - 1 - c];
            }
        }
        return new RowSample(maps, null, 0, null);
    }
}
