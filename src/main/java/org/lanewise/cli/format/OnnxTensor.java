package org.lanewise.cli.format;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;
import org.lanewise.io.ArrayShape;

/**
 * A tensor that an ONNX model holds: its shape and bytes agree, and nothing is allocated before its
 * values are read.
 *
 * @param name in the model
 * @param dims sizes, outermost first; none for a single number
 * @param proto where the values are
 */
record OnnxTensor(String name, List<Integer> dims, TensorProto proto) {
    /**
     * Checks a tensor without reading its values.
     *
     * @throws IllegalArgumentException if its values are in another file or are not as many as its
     *         shape says, or are no numbers of a known type
     */
    static OnnxTensor of(String name, TensorProto proto) {
        String where = "tensor " + name + ": ";
        if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL
                || proto.getExternalDataCount() > 0) {
            throw new IllegalArgumentException(where + "its values are in another file, and only"
                    + " models of one file are read; torch.onnx.export writes one with"
                    + " external_data=False");
        }
        if (proto.hasSegment()) {
            throw new IllegalArgumentException(where + "is a segment of a tensor");
        }
        long size = size(where, proto.getDimsList());
        TensorProto.DataType type = TensorProto.DataType.forNumber(proto.getDataType());
        int bytes = bytes(type);
        if (bytes == 0) {
            throw new IllegalArgumentException(where + "its elements are "
                    + (type == null ? "of type " + proto.getDataType() : type)
                    + ", expected FLOAT, DOUBLE, FLOAT16, INT64 or INT32");
        }
        long expected = proto.hasRawData() ? size * bytes : size;
        long found = proto.hasRawData() ? proto.getRawData().size() : listed(proto, type);
        if (found != expected) {
            throw new IllegalArgumentException(where + "its shape " + proto.getDimsList() + " is "
                    + size + " elements" + (proto.hasRawData()
                            ? " of " + bytes + " bytes, which is " + expected + " bytes, found "
                            : ", found ")
                    + found);
        }
        return new OnnxTensor(name, proto.getDimsList().stream().map(Math::toIntExact).toList(),
                proto);
    }

    private static long size(String where, List<Long> dims) {
        long size = 1;
        for (long dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException(where + "its shape " + dims
                        + " has a negative size");
            }
            // Below 2^31 each, so that no product before the check wraps.
            size = dim > Integer.MAX_VALUE ? Long.MAX_VALUE : size * dim;
            if (size > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(where + "its shape " + dims
                        + " has more elements than an array can hold (" + Integer.MAX_VALUE + ")");
            }
        }
        return size;
    }

    private static int bytes(TensorProto.DataType type) {
        return switch (type) {
            case FLOAT, INT32 -> 4;
            case DOUBLE, INT64 -> 8;
            case FLOAT16 -> 2;
            case BOOL -> 1;
            case null, default -> 0;
        };
    }

    private static int listed(TensorProto proto, TensorProto.DataType type) {
        return switch (type) {
            case FLOAT -> proto.getFloatDataCount();
            case DOUBLE -> proto.getDoubleDataCount();
            case INT64 -> proto.getInt64DataCount();
            default -> proto.getInt32DataCount();
        };
    }

    /** Whether these are whole numbers, as shapes are. */
    boolean whole() {
        int type = proto.getDataType();
        return type == TensorProto.DataType.INT64.getNumber()
                || type == TensorProto.DataType.INT32.getNumber();
    }

    int size() {
        return dims.stream().reduce(1, (product, dim) -> product * dim);
    }

    /**
     * {@return the values; each is the double that equals it}
     *
     * @throws IllegalArgumentException if one is not finite
     */
    double[] values() {
        double[] values = new double[size()];
        ByteBuffer raw = raw();
        for (int i = 0; i < values.length; i++) {
            values[i] = value(raw, i);
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException("tensor " + name + ": element "
                        + new ArrayShape(dims).position(i) + " is " + values[i]
                        + "; parameters are finite");
            }
        }
        return values;
    }

    private double value(ByteBuffer raw, int index) {
        return switch (TensorProto.DataType.forNumber(proto.getDataType())) {
            case FLOAT -> proto.hasRawData() ? raw.getFloat() : proto.getFloatData(index);
            case DOUBLE -> proto.hasRawData() ? raw.getDouble() : proto.getDoubleData(index);
            case FLOAT16 -> Float.float16ToFloat(
                    proto.hasRawData() ? raw.getShort() : (short) proto.getInt32Data(index));
            default -> integer(raw, index);
        };
    }

    private long integer(ByteBuffer raw, int index) {
        if (proto.getDataType() == TensorProto.DataType.INT64.getNumber()) {
            return proto.hasRawData() ? raw.getLong() : proto.getInt64Data(index);
        }
        if (proto.hasRawData() && proto.getDataType() == TensorProto.DataType.BOOL.getNumber()) {
            return raw.get();
        }
        return proto.hasRawData() ? raw.getInt() : proto.getInt32Data(index);
    }

    /**
     * {@return the values of whole numbers}
     *
     * @throws IllegalArgumentException if they are of another type
     */
    long[] integers() {
        if (!whole()) {
            throw new IllegalArgumentException("tensor " + name + ": its elements are "
                    + TensorProto.DataType.forNumber(proto.getDataType())
                    + ", expected INT64 or INT32");
        }
        long[] values = new long[size()];
        ByteBuffer raw = raw();
        for (int i = 0; i < values.length; i++) {
            values[i] = integer(raw, i);
        }
        return values;
    }

    private ByteBuffer raw() {
        return proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return whether this is a single number, of any rank} */
    boolean scalar() {
        return size() == 1;
    }

    /**
     * {@return the only number; of single precision the shortest decimal that gives it}
     *
     * @throws IllegalArgumentException if there are more, or it is not finite
     */
    double decimal() {
        if (!scalar()) {
            throw new IllegalArgumentException("tensor " + name + " has the shape " + shape()
                    + ", expected a single number");
        }
        double value = values()[0];
        return proto.getDataType() == TensorProto.DataType.DOUBLE.getNumber()
                ? value
                : Double.parseDouble(Float.toString((float) value));
    }

    /** {@return whether this is a single number that equals another, or equals it in single precision} */
    boolean equalsScalar(double expected) {
        if (!scalar() || whole()) {
            return false;
        }
        double value = value(raw(), 0);
        return value == expected || (float) value == (float) expected;
    }

    /** {@return the shape as {@code 3x4}} */
    String shape() {
        return dims.isEmpty()
                ? "a single number"
                : dims.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }
}
